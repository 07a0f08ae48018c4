// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/convert_options.h"

#include "core/base/paths.h"
#include "core/convert/tokenizer/pre_tokenizer.h"
#include "core/quant/type_kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace snug::cli {
namespace {

tl::unexpected<Error> unknownName(std::string_view what, const std::string &name, std::string hint)
{
    return fail(ErrorKind::InvalidArgument, fmt::format("There is no {} {}.", what, name), {{"name", name}},
                std::move(hint));
}

Result<gguf::TensorType> typeNamed(const std::string &name)
{
    if (const auto type = quant::encodableType(name))
        return *type;
    return unknownName("tensor type", name, "For example Q8_0, Q4_K or F16.");
}

} // namespace

void ConvertOptions::define(CLI::App &app)
{
    app.add_option("SRC", source, "A folder with safetensors, a GGUF file, or ORG/NAME at the Hub")
        ->required();
    app.add_option("-o,--output", output, "The file to make")->required();
    app.add_option("--type", level, "The level: Q4_K_M, Q8_0, BF16, ...")->required();
    app.add_option("--tensor-type", patterns,
                   "PATTERN=TYPE for tensors whose names have the pattern (again for each)")
        ->allow_extra_args(false);
    app.add_option("--output-type", outputType, "The type of the output layer");
    app.add_option("--embedding-type", embeddingType, "The type of the embeddings");
    app.add_option("--imatrix", imatrixFile, "An importance matrix of the model");
    app.add_option("--pre", preTokenizer, "The pre-tokenizer, where Snug cannot tell it");
    app.add_option("--base", base,
                   "The model that an adapter belongs to: a folder with its config.json, or ORG/NAME");
    app.add_option("--split-size", splitBytes, "Bytes of each file, at most (2GB); without it one file")
        ->transform(CLI::AsSizeValue(true))
        ->check(CLI::Range(std::uint64_t{1} << 20U, std::uint64_t{std::numeric_limits<std::int64_t>::max()}));
    app.add_option("--threads", threads, "How many; without it all")->check(CLI::Range(1, 512));
    app.add_flag("--pure", pure, "Everything in the level's main type");
    app.add_flag("--dry-run", dryRun, "Only print the plan");
    app.add_flag("--discard", discard, "Throw away what an interrupted job left");
}

Result<LevelChoice> ConvertOptions::choice() const
{
    LevelChoice chosen;
    const auto all = quant::levels();
    const auto found = std::find_if(all.begin(), all.end(), [this](const quant::Level &one) {
        return quant::inSmallLetters(one.name) == quant::inSmallLetters(level);
    });
    if (found == all.end() || !found->canBeMade)
        return unknownName("level", level,
                           "For example Q4_K_M, Q6_K, Q8_0 or BF16; `snug-cli fit` lists all.");
    chosen.level = found->fileType;
    chosen.options.pure = pure;
    chosen.options.imatrix = !imatrixFile.empty();
    if (!outputType.empty()) {
        SNUG_TRY(chosen.options.outputType, typeNamed(outputType));
    }
    if (!embeddingType.empty()) {
        SNUG_TRY(chosen.options.embeddingType, typeNamed(embeddingType));
    }
    for (const std::string &said : patterns) {
        SNUG_TRY(quant::TypePattern pattern, quant::TypePattern::parse(said));
        chosen.options.patterns.push_back(std::move(pattern));
    }
    if (!preTokenizer.empty()) {
        const auto names = convert::preTokenizerNames();
        if (std::find(names.begin(), names.end(), preTokenizer) == names.end())
            return unknownName("pre-tokenizer", preTokenizer, "For example llama-bpe, qwen2 or gpt-2.");
    }
    return chosen;
}

nlohmann::json ConvertOptions::recipe() const
{
    nlohmann::json told = {{"level", level}, {"pure", pure}, {"tensor_types", patterns}};
    if (!outputType.empty())
        told["output_type"] = outputType;
    if (!embeddingType.empty())
        told["embedding_type"] = embeddingType;
    if (!imatrixFile.empty())
        told["imatrix"] = toUtf8(fromUtf8(imatrixFile).filename());
    if (!preTokenizer.empty())
        told["pre_tokenizer"] = preTokenizer;
    return told;
}

} // namespace snug::cli
