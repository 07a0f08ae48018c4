// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/bounded_json.h"
#include "core/chat/exchange/import_formats.h"
#include "core/chat/exchange/tree_builder.h"

namespace snug::chat {
namespace {

using nlohmann::json;

std::string firstText(const json &object, std::initializer_list<const char *> keys)
{
    for (const char *key : keys) {
        if (auto text = textOf(object, key); text && !text->empty())
            return *text;
    }
    return {};
}

std::string wordsUnder(const json &object, const char *key)
{
    const json *value = memberOf(object, key);
    return value == nullptr ? std::string() : wordsOfContent(*value);
}

std::int64_t firstMoment(const json &object, std::initializer_list<const char *> keys)
{
    for (const char *key : keys) {
        if (const std::int64_t moment = momentOf(object, key); moment != 0)
            return moment;
    }
    return 0;
}

void addMessage(TreeBuilder &builder, const json &object)
{
    const std::string role = textOf(object, "role").value_or(std::string());
    if (role == "system" || role == "developer") {
        builder.addSystem(builder.leaf(), wordsUnder(object, "content"));
        return;
    }
    const auto known = roleFromName(role);
    if (!known)
        return; // a tool's
    Message message;
    message.role = *known;
    message.text = wordsUnder(object, "content");
    if (const json *content = memberOf(object, "content"))
        message.attachments = imagesOfContent(*content);
    message.createdMs = firstMoment(object, {"created_at", "created", "timestamp"});
    if (message.role == Role::Assistant) {
        message.reasoning = wordsUnder(object, "reasoning_content");
        message.model = firstText(object, {"model", "model_id"});
    }
    builder.add(builder.leaf(), std::move(message));
}

} // namespace

bool isMessage(const json &object)
{
    return textOf(object, "role").has_value();
}

ConversationTree readMessages(const json &messages, const json &about)
{
    TreeBuilder builder;
    builder.setTitle(firstText(about, {"title", "name", "summary"}));
    builder.setTimes(firstMoment(about, {"created_at", "created", "create_time"}), 0);
    for (const json &message : messages)
        addMessage(builder, message);
    return builder.take();
}

} // namespace snug::chat
