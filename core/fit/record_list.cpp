// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/record_list.h"

#include "core/base/atomic_file.h"

#include <utility>

namespace snug::fit {
namespace {

using nlohmann::json;

constexpr std::int64_t kMostBytes = 1 << 20;
constexpr int kSchema = 1;

} // namespace

std::vector<json> readRecords(const std::filesystem::path &file, const char *list)
{
    const auto text = readSmallFile(file, kMostBytes);
    json content = json::parse(text ? *text : std::string(), nullptr, false);
    if (!content.is_object() || content.value("schema", json()) != kSchema)
        return {};
    const auto found = content.find(list);
    if (found == content.end() || !found->is_array())
        return {};
    return std::move(found->get_ref<json::array_t &>());
}

Result<void> writeRecords(const std::filesystem::path &file, const char *list, std::vector<json> records)
{
    const json content = {{"schema", kSchema}, {list, json(std::move(records))}};
    // A device's name may hold bytes that are no UTF-8.
    return replaceFile(file, content.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

std::optional<std::string> recordText(const json &record, const char *field, std::size_t most)
{
    const auto found = record.is_object() ? record.find(field) : record.end();
    if (!record.is_object() || found == record.end() || !found->is_string())
        return std::nullopt;
    auto text = found->get<std::string>();
    return text.size() <= most ? std::optional(std::move(text)) : std::nullopt;
}

} // namespace snug::fit
