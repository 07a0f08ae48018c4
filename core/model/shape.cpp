// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/model/shape.h"

#include "core/gguf/text.h"
#include "core/model/architecture_keys.h"
#include "core/model/known_architectures.h"
#include "core/model/layer_rules.h"
#include "core/quant/model_traits.h"

#include <fmt/format.h>

#include <algorithm>

namespace snug {
namespace {

// Several times what the largest published model has; their products stay far from what an int64 holds.
constexpr std::int64_t kMostWidth = std::int64_t{1} << 20;
constexpr std::int64_t kMostHeads = std::int64_t{1} << 14;
constexpr std::int64_t kMostHeadLength = std::int64_t{1} << 14;
constexpr std::int64_t kMostKeyWidth = std::int64_t{1} << 20;
constexpr std::int64_t kMostVocabulary = std::int64_t{1} << 26;
constexpr std::int64_t kMostExperts = 1024; // LLAMA_MAX_EXPERTS in src/llama-hparams.h
constexpr std::int64_t kMostState = std::int64_t{1} << 32;

tl::unexpected<Error> unsupported(std::string_view reason, std::string message)
{
    return fail(ErrorKind::Unsupported, std::move(message), {{"reason", std::string(reason)}});
}

Result<void> checkBasics(const ArchitectureKeys &keys)
{
    if (keys.architecture().empty())
        return unsupported("no_architecture",
                           "The file does not name its architecture, so nothing can be said of its memory.");
    const std::string name = gguf::escaped(keys.architecture(), 100);
    if (keys.count("block_count").value_or(0) < 1)
        return unsupported("no_layers",
                           fmt::format("The file does not tell how many layers its {} model has.", name));
    if (keys.count("embedding_length").value_or(0) < 1)
        return unsupported("no_width", fmt::format("The file does not tell how wide its {} model is.", name));
    return {};
}

Result<void> checkNumber(std::string_view what, std::int64_t number, std::int64_t most)
{
    if (number <= most)
        return {};
    return fail(ErrorKind::TooLarge,
                fmt::format("The model says that it has {} {}; Snug believes up to {}.", number, what, most),
                {{"reason", "absurd_shape"}, {"limit", most}});
}

Result<void> checkLayer(const LayerShape &layer)
{
    SNUG_CHECK(checkNumber("heads in a layer", std::max(layer.heads, layer.keyHeads), kMostHeads));
    SNUG_CHECK(
        checkNumber("numbers in a head", std::max(layer.keyLength, layer.valueLength), kMostHeadLength));
    const std::int64_t heads = std::max(layer.heads, layer.keyHeads);
    SNUG_CHECK(checkNumber("numbers in the keys of a token and layer",
                           heads * std::max(layer.keyLength, layer.valueLength), kMostKeyWidth));
    SNUG_CHECK(checkNumber("experts in use", layer.expertsUsed, kMostExperts));
    return checkNumber("numbers inside a layer", layer.feedForward, kMostWidth);
}

Result<void> checkShape(const ModelShape &shape)
{
    SNUG_CHECK(checkNumber("numbers in a token", shape.width, kMostWidth));
    SNUG_CHECK(checkNumber("tokens in its vocabulary", shape.vocabulary, kMostVocabulary));
    SNUG_CHECK(checkNumber("experts", shape.experts, kMostExperts));
    SNUG_CHECK(
        checkNumber("numbers inside an expert", std::max(shape.expertWidth, shape.sharedWidth), kMostWidth));
    SNUG_CHECK(checkNumber("ranks", std::max(shape.latent, shape.rotated), kMostWidth));
    SNUG_CHECK(checkNumber("numbers in an opened head",
                           std::max(shape.latentKeyLength, shape.latentValueLength), kMostHeadLength));
    SNUG_CHECK(checkNumber("numbers in a state", std::max({shape.convolution, shape.state, shape.innerWidth}),
                           kMostState));
    for (const LayerShape &layer : shape.layers)
        SNUG_CHECK(checkLayer(layer));
    return {};
}

// The keys of load_hparams in src/llama-model.cpp that every architecture has.
void setHeads(const ArchitectureKeys &keys, std::int64_t inFile, ModelShape &shape)
{
    const auto zeros = std::vector<std::int64_t>(static_cast<std::size_t>(inFile), 0);
    const auto heads = keys.perLayer("attention.head_count", inFile).value_or(zeros);
    const auto keyHeads = keys.perLayer("attention.head_count_kv", inFile).value_or(heads);
    const auto feedForward = keys.perLayer("feed_forward_length", inFile).value_or(zeros);
    const auto used = keys.perLayer("expert_used_count", inFile).value_or(zeros);
    const std::int64_t usual = heads.front() == 0 ? 0 : shape.width / heads.front();
    const std::int64_t keyLength =
        heads.front() == 0 ? 0 : keys.count("attention.key_length").value_or(usual);
    const std::int64_t valueLength =
        heads.front() == 0 ? 0 : keys.count("attention.value_length").value_or(usual);
    for (std::size_t i = 0; i < shape.layers.size(); ++i) {
        const std::size_t from = i % static_cast<std::size_t>(inFile); // where layers are run again
        LayerShape &layer = shape.layers[i];
        layer.heads = heads[from];
        layer.keyHeads = keyHeads[from];
        layer.keyLength = keyLength;
        layer.valueLength = valueLength;
        layer.feedForward = feedForward[from];
        layer.expertsUsed = used[from];
    }
    // src/models/granite-switch.cpp
    if (shape.architecture == "graniteswitch") {
        LayerShape &router = shape.layers.back();
        router.heads = router.keyHeads = 1;
        router.feedForward = router.expertsUsed = 0;
    }
}

void setWindowedHeads(const ArchitectureKeys &keys, ModelShape &shape)
{
    const auto keyLength = keys.count("attention.key_length_swa");
    const auto valueLength = keys.count("attention.value_length_swa");
    for (LayerShape &layer : shape.layers) {
        if (layer.window > 0) {
            layer.keyLength = keyLength.value_or(layer.keyLength);
            layer.valueLength = valueLength.value_or(layer.valueLength);
        }
    }
}

void setLatent(const ArchitectureKeys &keys, ModelShape &shape)
{
    shape.latent = keys.count("attention.kv_lora_rank").value_or(0);
    shape.latentKeyLength = keys.count("attention.key_length_mla").value_or(0);
    shape.latentValueLength = keys.count("attention.value_length_mla").value_or(0);
    const bool absorbed = shape.latentKeyLength > 0 && shape.latentValueLength > 0;
    for (LayerShape &layer : shape.layers)
        layer.valuesCached = !absorbed;
}

void setExperts(const ArchitectureKeys &keys, ModelShape &shape)
{
    const auto count = static_cast<std::int64_t>(shape.layers.size());
    shape.experts = keys.count("expert_count").value_or(0);
    shape.rotated = keys.count("rope.dimension_count").value_or(0);
    if (shape.experts == 0)
        return;
    const auto widths = keys.perLayer("expert_feed_forward_length", count);
    shape.expertWidth =
        widths ? *std::max_element(widths->begin(), widths->end()) : shape.layers.front().feedForward;
    shape.sharedWidth = keys.count("expert_shared_feed_forward_length")
                            .value_or(shape.expertWidth * keys.count("expert_shared_count").value_or(0));
    const std::int64_t dense = std::min(keys.count("leading_dense_block_count").value_or(0), count);
    for (std::int64_t i = 0; i < dense; ++i)
        shape.layers[static_cast<std::size_t>(i)].expertsUsed = 0;
}

std::int64_t vocabularyOf(const ArchitectureKeys &keys, std::optional<std::int64_t> told)
{
    const gguf::Value *tokens = keys.find("tokenizer.ggml.tokens");
    if (tokens != nullptr && tokens->array() != nullptr)
        return tokens->array()->count;
    return told ? *told : keys.count("vocab_size").value_or(0);
}

void setDoubt(ModelShape &shape)
{
    const std::string_view why = whyUncertain(shape.architecture);
    shape.known = why.empty();
    if (!shape.known)
        shape.doubt = fmt::format("The memory of a {} model can only be guessed, because {}.",
                                  gguf::escaped(shape.architecture, 100), why);
}

} // namespace

Result<ModelShape> shapeOf(std::span<const gguf::KeyValue> values, std::optional<std::int64_t> vocabulary)
{
    const ArchitectureKeys keys(values);
    SNUG_CHECK(checkBasics(keys));
    gguf::Header header;
    header.values.assign(values.begin(), values.end());
    SNUG_TRY(const quant::ModelTraits traits, quant::traitsOf(header));
    ModelShape shape;
    shape.architecture = keys.architecture();
    setDoubt(shape);
    const std::int64_t inFile = *keys.count("block_count");
    shape.layers.resize(static_cast<std::size_t>(traits.layers));
    const std::int64_t predicting = std::min(keys.count("nextn_predict_layers").value_or(0), inFile);
    shape.trunk = shape.architecture == "graniteswitch" ? traits.layers - 1 : traits.layers - predicting;
    // A model of nothing but predicting layers, a companion of another, runs them all.
    if (shape.trunk <= 0)
        shape.trunk = traits.layers;
    shape.ownLayers = shape.architecture == "graniteswitch" ? traits.layers : std::min(inFile, traits.layers);
    shape.trainedContext = keys.count("context_length").value_or(0);
    shape.width = *keys.count("embedding_length");
    shape.vocabulary = vocabularyOf(keys, vocabulary);
    setHeads(keys, inFile, shape);
    setLatent(keys, shape);
    setExperts(keys, shape);
    setWindows(keys, shape);
    setWindowedHeads(keys, shape);
    SNUG_CHECK(checkShape(shape));
    setMemories(keys, shape);
    SNUG_CHECK(checkShape(shape));
    return shape;
}

Result<ModelShape> shapeOf(std::span<const gguf::Header> parts)
{
    std::optional<std::int64_t> vocabulary;
    for (const gguf::Header &part : parts) {
        for (const gguf::Tensor &tensor : part.tensors) {
            if (tensor.name == "token_embd.weight" && tensor.dims.size() > 1)
                vocabulary = tensor.dims[1];
        }
    }
    return shapeOf(parts.front().values, vocabulary);
}

Result<ModelShape> shapeOf(const gguf::FirstKeys &first)
{
    const bool cutInTokens = first.cut && first.cut->key == "tokenizer.ggml.tokens";
    return shapeOf(first.values, cutInTokens ? std::optional(first.cut->count) : std::nullopt);
}

} // namespace snug
