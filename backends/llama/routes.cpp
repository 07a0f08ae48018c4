// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/routes.h"

#include "backends/llama/request_pace.h"

#include <algorithm>
#include <cctype>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <server-common.h>
#include <server-context.h>
#include <server-http.h>
#include <stdexcept>
#include <string>
#include <utility>

namespace snug::llama {
namespace {

using Handler = server_http_context::handler_t;

server_http_res_ptr errorResponse(error_type type, const std::string &message)
{
    auto response = std::make_unique<server_http_res>();
    const json error = format_error_response(message, type);
    response->status = json_value(error, "code", 500);
    response->data = safe_json_to_str(json{{"error", error}});
    return response;
}

// The HTTP front asks that handlers do not throw; the routes of llama.cpp do, for bad requests.
server_http_res_ptr answer(const Handler &handler, const server_http_req &request)
{
    try {
        return handler(request);
    } catch (const std::invalid_argument &problem) {
        return errorResponse(ERROR_TYPE_INVALID_REQUEST, problem.what());
    } catch (const std::exception &problem) {
        return errorResponse(ERROR_TYPE_SERVER, problem.what());
    } catch (...) {
        return errorResponse(ERROR_TYPE_SERVER, "unknown error");
    }
}

// With this header llama.cpp would go on computing, and keep the answer, after the client has gone.
std::map<std::string, std::string> withoutSession(std::map<std::string, std::string> headers)
{
    std::erase_if(headers, [](const auto &header) {
        std::string name = header.first;
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        return name == "x-conversation-id";
    });
    return headers;
}

// A response of llama.cpp together with the request that it refers to while it streams. The request asks us,
// too, whether to stop: otherwise a client that waits would keep the server from ending.
struct GuardedResponse : server_http_res {
    std::function<bool()> shouldStop;
    std::unique_ptr<server_http_req> request;
    server_http_res_ptr inner;
    RequestPaces *paces = nullptr;
    std::optional<RequestPace> pace; // as the answer told it last

    void on_complete() override
    {
        if (pace)
            paces->add(*pace);
        pace.reset();
        inner->on_complete();
    }

    // What to send; false: nothing follows.
    bool nextChunk(std::string &chunk)
    {
        try {
            const bool more = inner->next(chunk);
            look(chunk);
            return more;
        } catch (...) {
            chunk.clear();
            return false;
        }
    }

    void look(const std::string &text)
    {
        if (const auto found = paceIn(text))
            pace = found;
    }
};

Handler guarded(Handler handler, const std::atomic<bool> &stopping, RequestPaces &paces)
{
    return [handler = std::move(handler), &stopping,
            &paces](const server_http_req &request) -> server_http_res_ptr {
        auto response = std::make_unique<GuardedResponse>();
        response->paces = &paces;
        response->shouldStop = [&stopping, &gone = request.should_stop] { return stopping.load() || gone(); };
        response->request = std::make_unique<server_http_req>(
            server_http_req{request.params, withoutSession(request.headers), request.path,
                            request.query_string, request.body, request.files, response->shouldStop});
        response->inner = answer(handler, *response->request);
        response->content_type = response->inner->content_type;
        response->status = response->inner->status;
        response->headers = response->inner->headers;
        if (response->inner->is_stream())
            response->next = [guard = response.get()](std::string &chunk) { return guard->nextChunk(chunk); };
        else
            response->data = std::move(response->inner->data);
        response->look(response->data);
        // What llama.cpp makes of an answer that nobody waits for any more.
        if (stopping && !response->is_stream() && response->data.empty())
            return errorResponse(ERROR_TYPE_UNAVAILABLE, "The server is being stopped.");
        return response;
    };
}

} // namespace

void registerRoutes(server_http_context &http, server_routes &routes, const std::atomic<bool> &stopping,
                    RequestPaces &paces)
{
    const auto get = [&](const char *path, const Handler &handler) {
        http.get(path, guarded(handler, stopping, paces));
    };
    const auto post = [&](const char *path, const Handler &handler) {
        http.post(path, guarded(handler, stopping, paces));
    };
    get("/health", routes.get_health);
    get("/v1/health", routes.get_health);
    get("/props", routes.get_props);
    get("/slots", routes.get_slots);
    get("/metrics", routes.get_metrics);
    get("/models", routes.get_models);
    get("/v1/models", routes.get_models);
    post("/completion", routes.post_completions);
    post("/completions", routes.post_completions);
    post("/v1/completions", routes.post_completions_oai);
    post("/chat/completions", routes.post_chat_completions);
    post("/v1/chat/completions", routes.post_chat_completions);
    post("/chat/completions/input_tokens", routes.post_chat_completions_tok);
    post("/v1/chat/completions/input_tokens", routes.post_chat_completions_tok);
    post("/embeddings", routes.post_embeddings);
    post("/v1/embeddings", routes.post_embeddings_oai);
    post("/tokenize", routes.post_tokenize);
    post("/detokenize", routes.post_detokenize);
    post("/apply-template", routes.post_apply_template);
    get("/lora-adapters", routes.get_lora_adapters);
    post("/lora-adapters", routes.post_lora_adapters);
}

} // namespace snug::llama
