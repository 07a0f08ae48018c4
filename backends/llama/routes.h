// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

struct server_http_context;
struct server_routes;

namespace snug::llama {

// For backends/llama only: the part of llama.cpp's HTTP interface that Snug offers. Chat, completions,
// embeddings and counting tokens in OpenAI's shape, and what a window asks about the model. No files, no
// tools, no other servers. Both must outlive the listening.
void registerRoutes(server_http_context &http, server_routes &routes);

} // namespace snug::llama
