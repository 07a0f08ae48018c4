// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/chat_request.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace snug::llama {

// llama.cpp's own rendering of a conversation, in this process and without its server: what tests compare the
// server's with. Only the vocabulary of the
// model is loaded, which needs no plugin.
class ReferencePrompt {
public:
    // `chatTemplate` empty: the model's own.
    ReferencePrompt(const std::filesystem::path &model, const std::string &chatTemplate);
    ~ReferencePrompt();

    // nullopt: the template refuses the conversation.
    [[nodiscard]] std::optional<std::string> prompt(std::span<const chat::ChatMessage> messages,
                                                    bool thinkingOff) const;
    [[nodiscard]] std::vector<std::int32_t> tokens(const std::string &text) const;
    // The token that begins a text.
    [[nodiscard]] std::int32_t beginning() const;

private:
    struct Engine;
    std::unique_ptr<Engine> m_engine;
};

} // namespace snug::llama
