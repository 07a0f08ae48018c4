// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/base64.h"
#include "core/base/bounded_json.h"
#include "core/chat/exchange/import_formats.h"
#include "core/chat/exchange/snug_format.h"

#include <unordered_set>

namespace snug::chat {
namespace {

using nlohmann::json;

tl::unexpected<Error> contradicts(std::string reason)
{
    return fail(ErrorKind::Corrupt, "The file is damaged: it is not what Snug writes.",
                {{"reason", std::move(reason)}}, "Export the conversations again.");
}

// What is absent keeps its value; another type is damage.
Result<void> readText(const json &object, const char *key, std::string &into)
{
    const json *value = memberOf(object, key);
    if (value != nullptr && !value->is_string())
        return contradicts(std::string(key) + " is no text");
    if (value != nullptr)
        into = value->get<std::string>();
    return {};
}

Result<void> readInteger(const json &object, const char *key, std::int64_t &into)
{
    const json *value = memberOf(object, key);
    const bool fits =
        value == nullptr || (value->is_number_integer() &&
                             (!value->is_number_unsigned() || value->get<std::uint64_t>() <= INT64_MAX));
    if (!fits)
        return contradicts(std::string(key) + " is no whole number");
    if (value != nullptr)
        into = value->get<std::int64_t>();
    return {};
}

Result<void> readNumber(const json &object, const char *key, double &into)
{
    const json *value = memberOf(object, key);
    if (value != nullptr && !value->is_number())
        return contradicts(std::string(key) + " is no number");
    if (value != nullptr)
        into = value->get<double>();
    return {};
}

Result<void> readNames(const json &object, Message &message)
{
    std::string role;
    std::string state;
    SNUG_CHECK(readText(object, "role", role));
    SNUG_CHECK(readText(object, "state", state));
    const auto knownRole = roleFromName(role);
    const auto knownState = stateFromName(state);
    if (!knownRole || !knownState)
        return contradicts("a role or state is unknown");
    message.role = *knownRole;
    // Nobody is writing it any more.
    message.state = *knownState == MessageState::Streaming ? MessageState::Interrupted : *knownState;
    return {};
}

// What it is, the bytes tell: nobody's word is taken for it.
Result<Attachment> readAttached(const json &object)
{
    std::string name;
    std::string text;
    std::string encoded;
    SNUG_CHECK(readText(object, "name", name));
    SNUG_CHECK(readText(object, "text", text));
    SNUG_CHECK(readText(object, "base64", encoded));
    auto bytes = text.empty() ? fromBase64(encoded) : std::move(text);
    if (!bytes)
        return contradicts("an attachment is no base64");
    return makeAttachment(name, *std::move(bytes));
}

Result<void> readAttachments(const json &object, Message &message)
{
    const json *attachments = memberOf(object, "attachments");
    if (attachments == nullptr)
        return {};
    if (!attachments->is_array() || attachments->size() > kMostAttachments)
        return contradicts("the attachments are no list, or too long a one");
    for (const json &given : *attachments) {
        SNUG_TRY(Attachment attachment, readAttached(given));
        message.attachments.push_back(std::move(attachment));
    }
    return {};
}

Result<TreeMessage> readMessage(const json &object)
{
    TreeMessage read;
    Message &message = read.message;
    SNUG_CHECK(readInteger(object, "id", message.id));
    SNUG_CHECK(readInteger(object, "parent", message.parent));
    SNUG_CHECK(readInteger(object, "next", read.next));
    SNUG_CHECK(readNames(object, message));
    SNUG_CHECK(readInteger(object, "created_ms", message.createdMs));
    for (const auto &[key, field] : kTextFields)
        SNUG_CHECK(readText(object, key, message.*field));
    for (const auto &[key, field] : kCountFields)
        SNUG_CHECK(readInteger(object, key, message.*field));
    for (const auto &[key, field] : kNumberFields)
        SNUG_CHECK(readNumber(object, key, message.*field));
    SNUG_CHECK(readAttachments(object, message));
    return read;
}

Result<ConversationTree> readConversation(const json &object)
{
    ConversationTree tree;
    SNUG_CHECK(readText(object, "title", tree.info.title));
    SNUG_CHECK(readText(object, "folder", tree.folder));
    SNUG_CHECK(readText(object, "system_prompt", tree.systemPrompt));
    SNUG_CHECK(readInteger(object, "created_ms", tree.info.createdMs));
    SNUG_CHECK(readInteger(object, "changed_ms", tree.info.changedMs));
    SNUG_CHECK(readInteger(object, "leaf", tree.leaf));
    tree.info.pinned = flagOf(object, "pinned");
    const json *messages = memberOf(object, "messages");
    if (messages == nullptr || !messages->is_array())
        return contradicts("a conversation has no messages");
    std::unordered_set<std::int64_t> known;
    for (const json &given : *messages) {
        SNUG_TRY(TreeMessage message, readMessage(given));
        const std::int64_t parent = message.message.parent;
        if (parent != 0 && !known.contains(parent))
            return contradicts("a message stands before the one that it follows");
        if (message.message.id <= 0 || !known.insert(message.message.id).second)
            return contradicts("the number of a message is not its own");
        tree.messages.push_back(std::move(message));
    }
    return tree;
}

} // namespace

Result<std::vector<ConversationTree>> readSnug(const json &file)
{
    const auto version = countOf(file, "version");
    if (!version || *version < 1)
        return contradicts("it has no version");
    if (*version > kSnugFormatVersion)
        return fail(ErrorKind::Unsupported, "A newer version of Snug wrote this file.",
                    {{"version", *version}}, "Update Snug.");
    const json *conversations = memberOf(file, "conversations");
    if (conversations == nullptr || !conversations->is_array())
        return contradicts("it has no conversations");
    std::vector<ConversationTree> trees;
    for (const json &object : *conversations) {
        SNUG_TRY(ConversationTree tree, readConversation(object));
        trees.push_back(std::move(tree));
    }
    return trees;
}

} // namespace snug::chat
