// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/remote_engine.h"

#include <algorithm>

namespace snug::chat {
namespace {

using nlohmann::json;

constexpr std::size_t kNameBytes = 200;
constexpr std::size_t kModelBytes = 512;

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Servers at home have no certificate, and an address in numbers hardly ever has one.
std::string withScheme(std::string_view address)
{
    if (address.find("://") != std::string_view::npos)
        return std::string(address);
    const std::string_view host = address.substr(0, address.find_first_of(":/"));
    const bool inNumbers =
        address.starts_with('[') || host.find_first_not_of("0123456789.") == std::string_view::npos;
    return (inNumbers || host == "localhost" ? "http://" : "https://") + std::string(address);
}

std::string text(const json &object, const char *name, std::size_t most)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string() || found->get_ref<const std::string &>().size() > most)
        return {};
    return found->get<std::string>();
}

bool isId(const std::string &id)
{
    return !id.empty() && id.size() <= 40 && std::all_of(id.begin(), id.end(), [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
}

} // namespace

Result<http::Url> serverAddress(std::string_view typed)
{
    const std::string_view address = trimmed(typed);
    if (address.empty())
        return fail(ErrorKind::InvalidArgument, "There is no address.", {},
                    "Enter the server's address, such as http://192.168.1.20:8000.");
    return http::Url::parse(withScheme(address));
}

std::vector<RemoteEngine> remoteEnginesFrom(const json &kept)
{
    std::vector<RemoteEngine> engines;
    if (!kept.is_array())
        return engines;
    for (const json &entry : kept) {
        if (engines.size() == kMostRemoteEngines)
            break;
        if (!entry.is_object())
            continue;
        RemoteEngine engine{text(entry, "id", kNameBytes), text(entry, "name", kNameBytes),
                            text(entry, "url", http::Url::kMaxBytes), text(entry, "model", kModelBytes)};
        const bool known = std::any_of(engines.begin(), engines.end(),
                                       [&](const RemoteEngine &other) { return other.id == engine.id; });
        if (isId(engine.id) && !known && !engine.model.empty() && http::Url::parse(engine.url))
            engines.push_back(std::move(engine));
    }
    return engines;
}

json toJson(const std::vector<RemoteEngine> &engines)
{
    json list = json::array();
    for (const RemoteEngine &engine : engines)
        list.push_back(
            {{"id", engine.id}, {"name", engine.name}, {"url", engine.url}, {"model", engine.model}});
    return list;
}

} // namespace snug::chat
