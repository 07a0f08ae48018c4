// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// quantize-program MODEL TARGET: what the engine's quantizer would make of MODEL at every level, without and
// with an importance matrix, pure, and with types of its own for embeddings and output; one JSON object a
// line; also with types for tensors that match patterns. A TARGET that is not empty is written at every
// level, for the real length of the file. A program of its own, because the engine may abort.
#include "backends/llama/engine_log.h"
#include "backends/llama/quantize_run.h"
#include "core/base/paths.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>

using namespace snug;
using nlohmann::json;

namespace {

void print(const json &line)
{
    std::printf("%s\n", line.dump().c_str());
}

json typesOf(const llama::QuantizeAnswer &answer)
{
    json types = json::array();
    for (const auto &tensor : answer.tensors)
        types.push_back({tensor.name, tensor.type});
    return types;
}

json dryRun(const std::filesystem::path &model, quant::FileType level, const quant::TypeOptions &options)
{
    json line = {{"level", static_cast<int>(level)}, {"imatrix", options.imatrix}, {"pure", options.pure}};
    if (options.outputType)
        line["output"] = static_cast<int>(*options.outputType);
    if (options.embeddingType)
        line["embedding"] = static_cast<int>(*options.embeddingType);
    for (const quant::TypePattern &pattern : options.patterns)
        line["patterns"].push_back(pattern.pattern() + "=" +
                                   std::string(gguf::tensorTypeName(pattern.type())));
    const auto answer = llama::quantizeDryRun(model, level, options);
    if (!answer) {
        line["failed"] = std::get<std::string>(answer.error().detail.front().second);
        return line;
    }
    line.update({{"types", typesOf(*answer)},
                 {"header_bytes", answer->headerBytes},
                 {"tensor_bytes", answer->tensorBytes},
                 {"file_bytes", answer->fileBytes},
                 {"quant_size", answer->quantSize},
                 {"needs_imatrix", answer->needsImatrix}});
    return line;
}

json realRun(const std::filesystem::path &model, const std::filesystem::path &target, quant::FileType level)
{
    json line = {{"level", static_cast<int>(level)}};
    std::error_code ignored;
    if (auto written = llama::quantizeFile(model, target, level); !written)
        line["failed"] = std::get<std::string>(written.error().detail.front().second);
    else
        line["written_bytes"] = std::filesystem::file_size(target, ignored);
    std::filesystem::remove(target, ignored);
    return line;
}

std::vector<quant::TypePattern> patterns(std::initializer_list<const char *> texts)
{
    std::vector<quant::TypePattern> all;
    for (const char *text : texts)
        all.push_back(quant::TypePattern::parse(text).value());
    return all;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    const auto model = fromUtf8(argv[1]);
    const auto target = fromUtf8(argv[2]);
    llama::installEngineLog(llama::EngineNoise::Errors);
    std::array<quant::TypeOptions, 6> options;
    options[1].imatrix = true;
    options[2].pure = true;
    options[3].outputType = gguf::TensorType::Q5_0;
    options[4].embeddingType = gguf::TensorType::F16;
    options[5].patterns = patterns({R"(blk\.[02]\.(attn_v|ffn_down)=iq3_s)", "attn_V=q8_0", "embd=q6_k",
                                    "_exps=f16", "ffn_up=tq2_0", R"(^output\.weight$=nvfp4)"});
    options[5].embeddingType = gguf::TensorType::BF16;
    for (const quant::Level &level : quant::levels()) {
        for (const quant::TypeOptions &option : options)
            print(dryRun(model, level.fileType, option));
        if (!target.empty())
            print(realRun(model, target, level.fileType));
    }
    return 0;
}
