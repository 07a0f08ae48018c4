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

// Lets the engine encode texts with a vocabulary: the child of `convert`, because the engine ends the process
// on a vocabulary that it did not expect.
class ProbeTokenizerVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    std::string m_file;  // UTF-8: a GGUF file
    std::string m_texts; // a JSON array of {"text", "special"}
};

// Whether the engine will read texts as the model's own tokenizer does: what is wrong, in sentences for a
// person. `keys`: of the file that is to be made. Blocks for half a minute at most, commonly for less than a
// second. Fails with Cancelled, Io, or Unsupported (reason engine_tokenizer, the engine's words in detail
// "log") where no engine could load the file.
[[nodiscard]] Result<std::vector<std::string>> checkTokenizer(const convert::Tokenizer &tokenizer,
                                                              const std::vector<gguf::KeyValue> &keys,
                                                              const std::stop_token &stop);

} // namespace snug::cli
