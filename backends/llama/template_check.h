// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/chat/template_report.h"

#include <filesystem>
#include <string>

namespace snug::llama {

struct TemplateCheck {
    std::filesystem::path model; // headers are enough, see HeaderCopy
    std::string given;           // a template to use instead of the model's own; empty: that
};

// Makes prompts of a few small conversations with a template and the model's vocabulary, as the server would,
// and looks at them. Findings:
//   missing         the model has no template; ChatML stands in
//   unusable        its own template cannot be read or refuses ordinary conversations; ChatML stands in
//   double_bos      the model would read two beginning tokens
//   stop_token      what ends an answer is no end-of-generation token of the vocabulary
//   no_system_role  system messages become part of the first question
//   system_ignored  system messages never reach the model
// A stranger's template may loop for ever, take all memory or overflow the stack: only in a child of its own.
// Fails as loadVocabulary, or with Corrupt (reason "template", detail "place" if it is known) for a `given`
// one that cannot be used. REQUIRES: the file passed our own reader; installEngineLog() was called.
[[nodiscard]] Result<chat::TemplateReport> checkTemplate(const TemplateCheck &check);

// The finding "unusable", and the error for a template that somebody asked for. `why` is no whole sentence.
[[nodiscard]] chat::TemplateFinding unusableTemplate(const std::string &why);
[[nodiscard]] tl::unexpected<Error> refusedTemplate(const std::string &why);

} // namespace snug::llama
