// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/fit/cache_bytes.h"

#include "core/fit/compute_form.h"
#include "core/fit/request_check.h"
#include "core/gguf/types.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace snug::fit {
namespace {

using gguf::TensorType;

struct KvType {
    std::string_view name;
    TensorType type;
};

constexpr std::array<KvType, 9> kKvTypes = {{{"f16", TensorType::F16},
                                             {"f32", TensorType::F32},
                                             {"bf16", TensorType::BF16},
                                             {"q8_0", TensorType::Q8_0},
                                             {"q4_0", TensorType::Q4_0},
                                             {"q4_1", TensorType::Q4_1},
                                             {"q5_0", TensorType::Q5_0},
                                             {"q5_1", TensorType::Q5_1},
                                             {"iq4_nl", TensorType::IQ4_NL}}};

constexpr std::int64_t kRounding = 256;

std::int64_t rounded(std::int64_t tokens)
{
    return (tokens + kRounding - 1) / kRounding * kRounding;
}

// REQUIRES: checkRequest took the name.
CacheType cacheType(const std::string &name)
{
    const auto *found = std::find_if(kKvTypes.begin(), kKvTypes.end() - 1,
                                     [&name](const KvType &entry) { return entry.name == name; });
    const gguf::TensorTypeInfo &type = gguf::tensorTypeInfo(found->type);
    return {type.blockElements, type.blockBytes};
}

// llama_init_from_model in src/llama-context.cpp.
Result<void> checkHeads(std::int64_t length, CacheType type, const std::string &name)
{
    if (length % type.blockElements == 0)
        return {};
    return fail(ErrorKind::Unsupported,
                fmt::format("The model's heads have {} numbers, which {} does not divide into blocks of {}.",
                            length, name, type.blockElements),
                {{"reason", "kv_type"}}, "Choose f16 for the KV cache.");
}

Result<void> checkHeads(const ModelShape &model, const CacheForm &form, const LoadRequest &request)
{
    for (const LayerShape &layer : model.layers) {
        if (!layer.cached)
            continue;
        SNUG_CHECK(checkHeads(layer.keyLength, form.keys, request.kvType));
        SNUG_CHECK(checkHeads(layer.valueLength, form.values, request.valueType()));
    }
    return {};
}

std::int64_t rowBytes(CacheType type, std::int64_t numbers)
{
    return numbers / type.blockElements * type.blockBytes;
}

} // namespace

Result<CacheForm> cacheForm(const ModelShape &model, const LoadRequest &request)
{
    SNUG_CHECK(checkRequest(request));
    CacheForm form;
    form.keys = cacheType(request.kvType);
    form.values = cacheType(request.valueType());
    form.parallel = request.parallel;
    const std::int64_t asked =
        request.contextTokens > 0
            ? request.contextTokens
            : usualContext(model.trainedContext > 0 ? std::optional(model.trainedContext) : std::nullopt);
    form.tokens = rounded(asked);
    form.batch = std::min(form.tokens * form.parallel, kBatchTokens);
    if (form.isQuantized())
        SNUG_CHECK(checkHeads(model, form, request));
    return form;
}

CacheBytes cacheBytes(const ModelShape &model, const LayerShape &layer, const CacheForm &form)
{
    CacheBytes bytes;
    if (layer.recurrent)
        bytes.states = (model.convolution + model.state) * 4 * form.parallel;
    if (!layer.cached)
        return bytes;
    // llama_kv_cache_iswa: a window, and room for the batch that moves it.
    const std::int64_t tokens =
        layer.window > 0 ? rounded(std::min(form.tokens, layer.window + form.batch)) : form.tokens;
    const std::int64_t all = tokens * form.parallel;
    bytes.keys = rowBytes(form.keys, layer.keyHeads * layer.keyLength) * all;
    if (layer.valuesCached)
        bytes.values = rowBytes(form.values, layer.keyHeads * layer.valueLength) * all;
    return bytes;
}

std::int64_t maskBytes(const ModelShape &model, const CacheForm &form)
{
    constexpr std::int64_t kMaskNumber = 2;
    if (!model.remembers)
        return form.batch * form.batch * kMaskNumber;
    std::int64_t full = 0;
    std::int64_t windowed = 0;
    for (const LayerShape &layer : model.layers) {
        if (!layer.cached)
            continue;
        if (layer.window > 0)
            windowed = rounded(std::min(form.tokens, layer.window + form.batch));
        else
            full = form.tokens;
    }
    // A model with windows has both kinds of cache, whether a layer uses them or not.
    if (windowed > 0)
        full = form.tokens;
    return (full + windowed) * form.batch * kMaskNumber;
}

} // namespace snug::fit
