// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/routes.h"

#include <exception>
#include <memory>
#include <server-common.h>
#include <server-context.h>
#include <server-http.h>
#include <stdexcept>
#include <string>
#include <utility>

namespace snug::llama {
namespace {

using Handler = server_http_context::handler_t;

server_http_res_ptr errorResponse(int status, const char *type, const std::string &message)
{
    auto response = std::make_unique<server_http_res>();
    response->status = status;
    response->data = safe_json_to_str({{"error", {{"code", status}, {"type", type}, {"message", message}}}});
    return response;
}

// The HTTP front asks that handlers do not throw; the routes of llama.cpp do, for bad requests.
Handler guarded(Handler handler)
{
    return [handler = std::move(handler)](const server_http_req &request) -> server_http_res_ptr {
        try {
            return handler(request);
        } catch (const std::invalid_argument &problem) {
            return errorResponse(400, "invalid_request_error", problem.what());
        } catch (const std::exception &problem) {
            return errorResponse(500, "server_error", problem.what());
        }
    };
}

} // namespace

void registerRoutes(server_http_context &http, server_routes &routes)
{
    http.get("/health", guarded(routes.get_health));
    http.get("/v1/health", guarded(routes.get_health));
    http.get("/props", guarded(routes.get_props));
    http.get("/slots", guarded(routes.get_slots));
    http.get("/metrics", guarded(routes.get_metrics));
    http.get("/models", guarded(routes.get_models));
    http.get("/v1/models", guarded(routes.get_models));
    http.post("/completion", guarded(routes.post_completions));
    http.post("/v1/completions", guarded(routes.post_completions_oai));
    http.post("/chat/completions", guarded(routes.post_chat_completions));
    http.post("/v1/chat/completions", guarded(routes.post_chat_completions));
    http.post("/v1/chat/completions/input_tokens", guarded(routes.post_chat_completions_tok));
    http.post("/v1/embeddings", guarded(routes.post_embeddings_oai));
    http.post("/tokenize", guarded(routes.post_tokenize));
    http.post("/detokenize", guarded(routes.post_detokenize));
    http.post("/apply-template", guarded(routes.post_apply_template));
}

} // namespace snug::llama
