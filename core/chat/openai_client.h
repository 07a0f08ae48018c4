// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/answer_stream.h"
#include "core/chat/chat_answer.h"
#include "core/chat/chat_request.h"
#include "core/chat/served_models.h"
#include "core/chat/server_call.h"

#include <stop_token>
#include <string>

namespace snug::chat {

struct ServerProperties {
    std::int64_t contextTokens = 0; // of one conversation; 0: not told
    std::string model;
    std::string chatTemplate;

    bool operator==(const ServerProperties &) const = default;
};

// Talks to an OpenAI-compatible server. Every call blocks its thread and returns within 100 ms of a stop;
// calls may run on several threads at once. Errors: Cancelled, Network, Http, Auth, NotFound, RateLimited,
// Protocol, TooLarge (also: the context is exceeded, with wanted_tokens and limit), InvalidArgument.
class OpenAiClient {
public:
    explicit OpenAiClient(Endpoint endpoint);

    // POST /v1/chat/completions, streamed. The callbacks run on the calling thread.
    [[nodiscard]] ChatOutcome complete(const ChatRequest &request, const ChatCallbacks &callbacks,
                                       const std::stop_token &stop) const;

    // How many tokens the messages are with the model's template. Unsupported if servers of the request's
    // dialect do not tell.
    [[nodiscard]] Result<std::int64_t> countTokens(const ChatRequest &request,
                                                   const std::stop_token &stop) const;
    // GET /v1/models.
    [[nodiscard]] Result<ServedModels> models(const std::stop_token &stop) const;
    // llama.cpp's own: GET /props.
    [[nodiscard]] Result<ServerProperties> properties(const std::stop_token &stop) const;

private:
    Endpoint m_endpoint;
};

} // namespace snug::chat
