// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/attachment.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace snug::chat {

enum class Role { System, User, Assistant };

// "system", "user", "assistant", as the protocol and the store spell it.
[[nodiscard]] std::string_view roleName(Role role);
[[nodiscard]] std::optional<Role> roleFromName(std::string_view name);

struct ChatMessage {
    Role role = Role::User;
    std::string text; // UTF-8
    std::vector<Attachment> attachments = {};

    bool operator==(const ChatMessage &) const = default;
};

// What the protocol has as the content of a message: a text, or a list of parts where there are images. Texts
// that are attached stand before the words, as withTexts() has them; images are data URLs.
[[nodiscard]] nlohmann::json contentOf(std::string_view words, std::span<const Attachment> attachments);

// What is absent is left to the server.
struct Sampling {
    std::optional<double> temperature; // 0: always the most likely token
    std::optional<double> topP;
    std::optional<int> topK;
    std::optional<double> minP;
    std::optional<double> repeatPenalty;
    std::optional<int> maxTokens;
    std::optional<std::int64_t> seed;
    std::vector<std::string> stop; // the answer ends before any of these
    std::string grammar;           // GBNF, llama.cpp's own; empty: none
    std::string jsonSchema;        // the answer is JSON of this schema; a text that is no JSON is not sent

    bool operator==(const Sampling &) const = default;
};

// Whose server it is: what it takes beyond OpenAI's own fields, and what it tells beyond OpenAI's own
// answers.
enum class Dialect {
    LlamaCpp,
    Vllm,
    Sglang,
    Standard, // refuses fields that OpenAI's does not have, for all we know
};

// Whether servers of this dialect take a field that OpenAI's does not have: "top_k", "min_p",
// "repeat_penalty", "continue_final_message", "chat_template_kwargs".
[[nodiscard]] bool understands(Dialect dialect, std::string_view name);

struct ChatRequest {
    std::string model; // may be empty: the server's only one
    std::vector<ChatMessage> messages;
    Sampling sampling;
    Dialect dialect = Dialect::LlamaCpp;
    nlohmann::json extra = nlohmann::json::object(); // further fields, sent as they are
};

// The body of POST /v1/chat/completions. Bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string requestBody(const ChatRequest &request, bool stream);

} // namespace snug::chat
