// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/exchange/tree_builder.h"

#include "core/base/bounded_json.h"
#include "core/chat/utf8_stream.h"

#include <algorithm>

namespace snug::chat {
namespace {

using nlohmann::json;

constexpr std::size_t kTitleBytes = 300;

// {"type":"text","text":"..."}, or with {"value":"..."} in the place of the text.
const std::string *wordsOfPart(const json &part)
{
    if (part.is_string())
        return part.get_ptr<const json::string_t *>();
    const json *text = memberOf(part, "text");
    if (text != nullptr && text->is_object())
        text = memberOf(*text, "value");
    return text == nullptr ? nullptr : text->get_ptr<const json::string_t *>();
}

} // namespace

std::int64_t TreeBuilder::add(std::int64_t parent, Message message)
{
    if (message.text.empty() && message.reasoning.empty() && message.attachments.empty())
        return parent;
    message.id = static_cast<std::int64_t>(m_tree.messages.size()) + 1;
    message.parent = parent;
    m_tree.leaf = message.id;
    if (m_tree.info.title.empty() && message.role == Role::User)
        m_tree.info.title = titleFrom(message.text);
    m_tree.messages.push_back({std::move(message), 0});
    return m_tree.leaf;
}

void TreeBuilder::addSystem(std::int64_t parent, const std::string &text)
{
    if (m_tree.messages.empty() && m_tree.systemPrompt.empty()) {
        m_tree.systemPrompt = text;
        return;
    }
    Message message;
    message.role = Role::System;
    message.text = text;
    add(parent, std::move(message));
}

void TreeBuilder::setTimes(std::int64_t createdMs, std::int64_t changedMs)
{
    m_tree.info.createdMs = createdMs;
    m_tree.info.changedMs = std::max(createdMs, changedMs);
}

ConversationTree TreeBuilder::take()
{
    ConversationInfo &info = m_tree.info;
    info.title = std::string(cutUtf8(info.title, kTitleBytes));
    for (const TreeMessage &message : m_tree.messages) {
        if (info.createdMs == 0)
            info.createdMs = message.message.createdMs;
        info.changedMs = std::max(info.changedMs, message.message.createdMs);
    }
    return std::move(m_tree);
}

std::string wordsOfContent(const json &content)
{
    if (content.is_string())
        return content.get<std::string>();
    std::string words;
    if (!content.is_array())
        return words;
    for (const json &part : content) {
        const std::string *text = wordsOfPart(part);
        if (text == nullptr || text->empty())
            continue;
        if (!words.empty())
            words += '\n';
        words += *text;
    }
    return words;
}

std::vector<Attachment> imagesOfContent(const json &content)
{
    std::vector<Attachment> images;
    if (!content.is_array())
        return images;
    for (const json &part : content) {
        const json *image = memberOf(part, "image_url");
        const json *url = image == nullptr ? nullptr : memberOf(*image, "url");
        const auto *text = url == nullptr ? nullptr : url->get_ptr<const json::string_t *>();
        auto bytes = text == nullptr ? std::nullopt : bytesOfDataUrl(*text);
        if (!bytes || images.size() == kMostAttachments)
            continue;
        if (auto made = makeAttachment("image", *std::move(bytes));
            made && made->kind == AttachmentKind::Image)
            images.push_back(*std::move(made));
    }
    return images;
}

std::int64_t momentOf(const json &object, const char *key)
{
    constexpr double kMilliseconds = 1e11; // as seconds, the year 5138
    constexpr double kMost = 1e13;         // the year 2286
    const json *value = memberOf(object, key);
    if (value == nullptr || !value->is_number())
        return 0;
    const auto told = value->get<double>();
    const double ms = told < kMilliseconds ? told * 1000 : told;
    return ms > 0 && ms < kMost ? static_cast<std::int64_t>(ms) : 0;
}

} // namespace snug::chat
