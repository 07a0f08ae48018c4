// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/conversation.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace snug::chat {

// Makes a conversation of messages that are found one after another.
class TreeBuilder {
public:
    // After `parent`, 0: as a first message; `parent` is an id that add() gave. The new message is the end
    // of the chosen way. A message without words is left out, and `parent` stands for it.
    std::int64_t add(std::int64_t parent, Message message);
    void choose(std::int64_t leaf) { m_tree.leaf = leaf; }
    [[nodiscard]] std::int64_t leaf() const { return m_tree.leaf; }
    // Before any message it is the system prompt, later a message.
    void addSystem(std::int64_t parent, const std::string &text);

    void setTitle(const std::string &title) { m_tree.info.title = title; }
    void setTimes(std::int64_t createdMs, std::int64_t changedMs);
    void setSystemPrompt(const std::string &text) { m_tree.systemPrompt = text; }

    [[nodiscard]] std::size_t count() const { return m_tree.messages.size(); }
    // With the title and the times that were not told.
    [[nodiscard]] ConversationTree take();

private:
    ConversationTree m_tree;
};

// The words of a message's content: a text, or a list of texts and parts with a text, of which other parts
// are passed over. Parts are joined by line ends.
[[nodiscard]] std::string wordsOfContent(const nlohmann::json &content);

// The images that such a content holds as data URLs; what is no image that can be attached is passed over.
[[nodiscard]] std::vector<Attachment> imagesOfContent(const nlohmann::json &content);

// A member that tells a moment, in seconds or milliseconds since 1970; 0 if it tells none.
[[nodiscard]] std::int64_t momentOf(const nlohmann::json &object, const char *key);

} // namespace snug::chat
