// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

struct server_http_context;
struct server_routes;

namespace snug::llama {

class RequestPaces;

// For backends/llama only: the part of llama.cpp's HTTP interface that Snug offers. Chat, completions,
// embeddings and counting tokens in OpenAI's shape, and what a window asks about the model. No files, no
// tools, no other servers. Handlers throw nothing, and give up within a second once `stopping` is true. What
// each answer took goes into `paces`. All four must outlive the listening.
void registerRoutes(server_http_context &http, server_routes &routes, const std::atomic<bool> &stopping,
                    RequestPaces &paces);

} // namespace snug::llama
