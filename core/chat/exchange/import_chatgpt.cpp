// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/bounded_json.h"
#include "core/chat/exchange/import_formats.h"
#include "core/chat/exchange/tree_builder.h"

#include <unordered_map>

// ChatGPT's export keeps a tree of nodes under their ids; some have no message, or one that was never shown.
namespace snug::chat {
namespace {

using nlohmann::json;

// A node that waits for its turn, and the message of ours that it follows.
struct Step {
    std::string node;
    std::int64_t parent = 0;
};

// Empty for what is not part of the talk.
Message messageOf(const json &node)
{
    Message message;
    const json *told = memberOf(node, "message");
    const json *author = told == nullptr ? nullptr : memberOf(*told, "author");
    const json *content = told == nullptr ? nullptr : memberOf(*told, "content");
    if (author == nullptr || content == nullptr)
        return message;
    const auto role = roleFromName(textOf(*author, "role").value_or(std::string()));
    const json *metadata = memberOf(*told, "metadata");
    const bool hidden = metadata != nullptr && flagOf(*metadata, "is_visually_hidden_from_conversation");
    const bool toTool = textOf(*told, "recipient").value_or("all") != "all";
    if (!role || hidden || toTool)
        return message;
    message.role = *role;
    message.createdMs = momentOf(*told, "create_time");
    if (const json *parts = memberOf(*content, "parts"))
        message.text = wordsOfContent(*parts);
    else if (const json *text = memberOf(*content, "text"))
        message.text = wordsOfContent(*text);
    if (metadata != nullptr && message.role == Role::Assistant)
        message.model = textOf(*metadata, "model_slug").value_or(std::string());
    return message;
}

// Nodes that follow no other.
std::vector<Step> beginnings(const json &mapping)
{
    std::vector<Step> steps;
    for (const auto &[id, node] : mapping.items()) {
        const json *parent = memberOf(node, "parent");
        const auto *name = parent == nullptr ? nullptr : parent->get_ptr<const json::string_t *>();
        if (name == nullptr || !mapping.contains(*name))
            steps.push_back({id, 0});
    }
    return steps;
}

// The children, the last one first, so that a stack gives the first one first.
void push(std::vector<Step> &steps, const json &node, std::int64_t parent)
{
    const json *children = memberOf(node, "children");
    if (children == nullptr || !children->is_array())
        return;
    for (auto child = children->rbegin(); child != children->rend(); ++child) {
        if (const auto *id = child->get_ptr<const json::string_t *>())
            steps.push_back({*id, parent});
    }
}

} // namespace

ConversationTree readChatGpt(const json &conversation)
{
    TreeBuilder builder;
    builder.setTitle(textOf(conversation, "title").value_or(std::string()));
    builder.setTimes(momentOf(conversation, "create_time"), momentOf(conversation, "update_time"));
    const json &mapping = conversation.at("mapping");
    std::unordered_map<std::string, std::int64_t> ours; // the nodes that were seen: each counts once
    std::vector<Step> steps = beginnings(mapping);
    while (!steps.empty()) {
        const Step step = std::move(steps.back());
        steps.pop_back();
        const auto node = mapping.find(step.node);
        if (node == mapping.end() || ours.contains(step.node))
            continue;
        Message message = messageOf(*node);
        std::int64_t place = step.parent;
        if (message.role == Role::System && builder.count() == 0)
            builder.addSystem(0, message.text);
        else
            place = builder.add(step.parent, std::move(message));
        ours.emplace(step.node, place);
        push(steps, *node, place);
    }
    const auto current = ours.find(textOf(conversation, "current_node").value_or(std::string()));
    if (current != ours.end() && current->second != 0)
        builder.choose(current->second);
    return builder.take();
}

} // namespace snug::chat
