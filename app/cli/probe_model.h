// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"
#include "core/convert/tokenizer/tokenizer.h"
#include "core/gguf/header.h"

#include <stop_token>
#include <string>
#include <vector>

namespace snug::cli {

// Lets the engine encode texts with a file's vocabulary, and look for its tensors: the child of `convert`,
// because the engine ends the process on what it did not expect. Says {"event":"encodings", "encodings":
// [{"ids", "restored"} or null]} before it looks for tensors.
class ProbeModelVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    std::string m_file;  // UTF-8: a GGUF file
    std::string m_texts; // a JSON array of {"text", "special"}
};

// Whether the engine will load a file with that header, and read texts as the model's own tokenizer does:
// what is wrong, in sentences for a person. Blocks for half a minute at most, commonly for less than a
// second. Fails with Cancelled, Io, or where no engine could load the file, its words in detail "log":
// Unsupported (reason engine_tokenizer), Corrupt (reason engine_model: tensors that are missing, too many or
// of another shape; settings that do not fit together).
[[nodiscard]] Result<std::vector<std::string>>
checkModel(const convert::Tokenizer &tokenizer, const gguf::Header &planned, const std::stop_token &stop);

} // namespace snug::cli
