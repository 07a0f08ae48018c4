// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/chat_request.h"
#include "core/chat/server_call.h"

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace snug::chat {

inline constexpr std::int64_t kImagePlace = -1;

struct PromptToken {
    std::int64_t id = 0; // kImagePlace: an image stands here, whose vectors are no tokens of the vocabulary
    std::string piece;   // bytes: half a character is possible

    bool operator==(const PromptToken &) const = default;
};

// What the model is given for a conversation.
struct ExactPrompt {
    std::string text;                // what the template makes, without tokens that the vocabulary adds
    std::vector<PromptToken> tokens; // all of them, in order

    // The tokens' pieces one after the other, special tokens as their texts.
    [[nodiscard]] std::string pieces() const;
    bool operator==(const ExactPrompt &) const = default;
};

// An adapter that the engine has loaded beside the model.
struct LoraAdapter {
    std::int64_t id = 0;
    std::string path;
    double scale = 1; // 0: switched off

    bool operator==(const LoraAdapter &) const = default;
};

// What llama.cpp's server tells beside the OpenAI protocol. Every call blocks its thread and returns within
// 100 ms of a stop; calls may run on several threads at once. Fails as OpenAiClient.
class EngineClient {
public:
    explicit EngineClient(Endpoint endpoint);

    // Text and tokens of the request's messages, by the template and the vocabulary that would answer it; two
    // questions, more with images. Each image is one "[image: NAME]" in both. InvalidArgument: the template
    // refuses these messages.
    [[nodiscard]] Result<ExactPrompt> exactPrompt(const ChatRequest &request,
                                                  const std::stop_token &stop) const;
    // `text` as the model reads it: special tokens are recognised, and what the vocabulary adds is added.
    [[nodiscard]] Result<std::vector<PromptToken>> tokenize(const std::string &text,
                                                            const std::stop_token &stop) const;

    [[nodiscard]] Result<std::vector<LoraAdapter>> adapters(const std::stop_token &stop) const;
    // For the answers from now on; an adapter that is not named gets scale 0. Only `id` and `scale` are used.
    [[nodiscard]] Result<void> setScales(std::span<const LoraAdapter> adapters,
                                         const std::stop_token &stop) const;

private:
    enum class Begins { Yes, No }; // a text gets what the vocabulary begins one with

    [[nodiscard]] Result<std::vector<PromptToken>> tokenize(const std::string &text, Begins begins,
                                                            const std::stop_token &stop) const;
    [[nodiscard]] Result<ExactPrompt> promptWithImages(const std::string &text,
                                                       const std::vector<std::string> &images,
                                                       const std::stop_token &stop) const;

    Endpoint m_endpoint;
};

} // namespace snug::chat
