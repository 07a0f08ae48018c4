// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/exchange/import.h"

#include "core/chat/exchange/import_formats.h"
#include "core/chat/exchange/snug_format.h"

#include <algorithm>

namespace snug::chat {
namespace {

using nlohmann::json;

constexpr JsonSource kFile{"The file", "Choose a file of conversations that another program wrote.",
                           ErrorKind::Corrupt};
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

const json *messagesOf(const json &object)
{
    const json *messages = memberOf(object, "messages");
    return messages != nullptr && messages->is_array() ? messages : nullptr;
}

// One conversation, whatever its format; nullopt if it is none.
std::optional<ConversationTree> readOne(const json &object)
{
    if (const json *mapping = memberOf(object, "mapping"); mapping != nullptr && mapping->is_object())
        return readChatGpt(object);
    if (isLmStudio(object))
        return readLmStudio(object);
    if (const json *messages = messagesOf(object))
        return readMessages(*messages, object);
    return std::nullopt;
}

// A list of messages is one conversation; any other list holds one in each place.
std::vector<ConversationTree> readList(const json &list)
{
    std::vector<ConversationTree> trees;
    if (!list.empty() && isMessage(list.front())) {
        trees.push_back(readMessages(list, json::object()));
        return trees;
    }
    for (const json &object : list) {
        if (auto tree = readOne(object))
            trees.push_back(*std::move(tree));
    }
    return trees;
}

// A JSON object a line. What is neither a message nor a conversation tells about the messages after it.
Result<json> parseLines(std::string_view bytes)
{
    json list = json::array();
    json about = json::object();
    JsonLimits left = kImportLimits;
    while (!bytes.empty()) {
        const std::string_view line = bytes.substr(0, bytes.find('\n'));
        bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos)
            continue;
        SNUG_TRY(json object, parseBounded(line, left, kFile));
        const auto parts =
            std::count_if(line.begin(), line.end(), [](char c) { return c == ',' || c == '[' || c == '{'; });
        const std::size_t values = static_cast<std::size_t>(parts) + 1;
        left.values -= std::min(left.values, values);
        list.push_back(std::move(object));
    }
    const bool talk = std::any_of(list.begin(), list.end(), [](const json &line) { return isMessage(line); });
    if (!talk)
        return list;
    const auto head =
        std::find_if(list.begin(), list.end(), [](const json &line) { return !isMessage(line); });
    if (head != list.end())
        about = *head;
    if (!about.is_object())
        about = json::object();
    about["messages"] = std::move(list);
    return json::array({std::move(about)});
}

Result<json> parse(std::string_view bytes)
{
    auto whole = parseBounded(bytes, kImportLimits, kFile);
    const bool lines =
        !whole && whole.error().kind == kFile.broken && bytes.find('\n') != std::string_view::npos;
    return lines ? parseLines(bytes) : whole;
}

Result<std::vector<ConversationTree>> readAny(const json &file)
{
    if (textOf(file, "format") == std::string(kSnugFormat))
        return readSnug(file);
    return file.is_array() ? readList(file) : readList(json::array({file}));
}

} // namespace

Result<std::vector<ConversationTree>> readConversations(std::string_view bytes)
{
    if (bytes.starts_with(kByteOrderMark))
        bytes.remove_prefix(kByteOrderMark.size());
    SNUG_TRY(const json file, parse(bytes));
    SNUG_TRY(std::vector<ConversationTree> trees, readAny(file));
    std::erase_if(trees, [](const ConversationTree &tree) { return tree.messages.empty(); });
    if (trees.empty())
        return fail(ErrorKind::Unsupported, "There is no conversation in this file that Snug understands.",
                    {}, std::string(kFile.hint));
    std::size_t messages = 0;
    for (ConversationTree &tree : trees) {
        messages += tree.messages.size();
        if (tree.info.title.empty())
            tree.info.title = titleFrom(tree.messages.front().message.text);
    }
    if (messages > kMostImportedMessages)
        return fail(ErrorKind::TooLarge, "The file holds too many messages to be taken in at once.",
                    {{"limit", static_cast<std::int64_t>(kMostImportedMessages)}},
                    "Divide it into smaller files.");
    return trees;
}

} // namespace snug::chat
