// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/convert_source.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace snug::cli {

// What a person asks of `convert`. Texts are UTF-8.
struct ConvertOptions {
    std::string source;
    std::string output;
    std::string level;
    std::vector<std::string> patterns; // PATTERN=TYPE
    std::string outputType;
    std::string embeddingType;
    std::string imatrixFile;
    std::string preTokenizer;
    std::string base; // of an adapter: a folder or a name at the Hub
    std::uint64_t splitBytes = 0;
    int threads = 0; // 0: all
    bool pure = false;
    bool dryRun = false;
    bool discard = false;

    void define(CLI::App &app);
    // Fails with InvalidArgument for names of levels, types and pre-tokenizers that there are not.
    [[nodiscard]] Result<LevelChoice> choice() const;
    // What decides about the file's bytes, for its provenance.
    [[nodiscard]] nlohmann::json recipe() const;
};

} // namespace snug::cli
