// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/chat/chat_request.h"
#include "core/chat/context_edge.h"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace snug::cli {

// The options of `chat` about answers: how tokens are chosen, what an answer may be, where it ends.
class AnswerOptions {
public:
    void define(CLI::App &app);

    [[nodiscard]] const chat::Sampling &sampling() const { return m_sampling; }
    [[nodiscard]] chat::AtEdge atEdge() const { return chat::atEdgeFromName(m_atEdge); }
    // Further fields of every request. Reads files: fails as readSmallFile, or with InvalidArgument for a
    // schema that is no JSON object.
    [[nodiscard]] Result<nlohmann::json> extra() const;

private:
    chat::Sampling m_sampling;
    std::string m_atEdge = "stop";
    std::vector<std::string> m_stops;
    std::string m_grammar; // UTF-8, as the next
    std::string m_schema;
};

} // namespace snug::cli
