// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/plan.h"

#include "core/convert/class_defaults.h"
#include "core/convert/planner.h"
#include "core/convert/tensor_types.h"
#include "core/gguf/failure.h"
#include "core/gguf/text.h"
#include "core/gguf/writer.h"

#include <fmt/format.h>

#include <algorithm>

namespace snug::convert {
namespace {

constexpr const char *kVocabularyKey = "vocab_size";

tl::unexpected<Error> unknownArchitecture(const std::string &name, const Checkpoint &checkpoint)
{
    std::vector<std::pair<std::string, Error::Value>> detail = {{"reason", std::string("architecture")},
                                                                {"architecture", gguf::escaped(name)},
                                                                {"bytes", checkpoint.tensorBytes()},
                                                                {"elements", checkpoint.elements()}};
    std::string hint = "Look for a GGUF file of the model that somebody else has made.";
    if (const std::string_view nearest = nearestClass(name); !nearest.empty()) {
        detail.emplace_back("nearest", std::string(nearest));
        hint += fmt::format(" The nearest class that Snug can convert is {}.", nearest);
    }
    return fail(ErrorKind::Unsupported,
                name.empty()
                    ? std::string("The model's config.json does not name its architecture.")
                    : fmt::format("Models of the class {} cannot be converted yet.", gguf::escaped(name)),
                std::move(detail), std::move(hint));
}

Result<void> addKeys(Conversion &conversion, const Config &config, OutputType type)
{
    const Architecture &architecture = *conversion.architecture;
    KeyList keys(architecture.name);
    keys.set("general.architecture", gguf::Value(std::string(architecture.name)));
    keys.set("general.type", gguf::Value("model"));
    keys.needCount("block_count",
                   architecture.layers != nullptr ? architecture.layers(config) : layerCount(config));
    architecture.keys(keys, config);
    if (architecture.namesFileType) {
        const bool packed =
            std::any_of(conversion.tensors.begin(), conversion.tensors.end(),
                        [](const auto &tensor) { return tensor.type == gguf::TensorType::MXFP4; });
        keys.set("general.file_type", gguf::Value(fileType(type, packed)));
    }
    keys.set("general.quantization_version", gguf::Value(std::uint32_t{2}));
    if (!keys.missing().empty())
        return fail(ErrorKind::Corrupt,
                    fmt::format("The model's config.json does not say what \"{}\" needs.", keys.missing()),
                    {{"reason", std::string("config_key")}, {"key", keys.missing()}},
                    "Download config.json again.");
    conversion.keys = keys.take();
    return {};
}

std::string lostRopeScaling(const Conversion &conversion, const Config &config)
{
    const std::string type = config.ropeType();
    const bool stretches = !type.empty() && type != "default" && type != "mrope";
    const bool hasKey = std::any_of(conversion.keys.begin(), conversion.keys.end(), [](const auto &pair) {
        return pair.key.ends_with(".rope.scaling.type");
    });
    const bool hasFactors =
        std::any_of(conversion.tensors.begin(), conversion.tensors.end(),
                    [](const PlannedTensor &tensor) { return tensor.name.starts_with("rope_f"); });
    return stretches && !hasKey && !hasFactors ? gguf::escaped(type) : std::string();
}

// In the place of a tokenizer: its size, which llama.cpp then takes from here.
void describeVocabulary(gguf::Header &header, const Conversion &conversion)
{
    header.values.push_back({"tokenizer.ggml.model", gguf::Value("none")});
    const std::string key = fmt::format("{}.{}", conversion.architecture->name, kVocabularyKey);
    std::erase_if(header.values, [&key](const gguf::KeyValue &pair) { return pair.key == key; });
    header.values.push_back({key, gguf::Value(static_cast<std::uint32_t>(conversion.vocabulary))});
}

} // namespace

Config configOf(const Architecture &architecture, const Checkpoint &checkpoint)
{
    const Config said(checkpoint.config, {});
    std::vector<Default> defaults = classDefaults(said);
    if (architecture.defaults != nullptr) {
        const std::vector<Default> own = architecture.defaults(said);
        defaults.insert(defaults.end(), own.begin(), own.end());
    }
    return Config(checkpoint.config, defaults);
}

Result<Conversion> planConversion(const Checkpoint &checkpoint, OutputType type)
{
    const std::string name = className(checkpoint.config);
    Conversion conversion;
    conversion.architecture = architectureOf(name);
    if (conversion.architecture == nullptr)
        return unknownArchitecture(name, checkpoint);
    const Config config = configOf(*conversion.architecture, checkpoint);
    const OutputType chosen = resolved(type, checkpoint);
    SNUG_TRY(conversion.sources, sourcesOf(checkpoint, config));
    SNUG_CHECK(planTensors(conversion, checkpoint, config, chosen));
    SNUG_CHECK(addKeys(conversion, config, chosen));
    conversion.lostRopeScaling = lostRopeScaling(conversion, config);
    return conversion;
}

Result<gguf::Header> ggufHeader(const Conversion &conversion)
{
    gguf::Header draft;
    draft.values = conversion.keys;
    describeVocabulary(draft, conversion);
    for (const PlannedTensor &tensor : conversion.tensors)
        draft.tensors.push_back(
            {tensor.name, {tensor.shape.rbegin(), tensor.shape.rend()}, tensor.type, 0, 0});
    SNUG_TRY(gguf::EncodedHeader encoded, gguf::encodeHeader(std::move(draft)));
    return std::move(encoded.header);
}

Result<gguf::Header> ggufHeader(const Checkpoint &checkpoint, OutputType type)
{
    SNUG_TRY(const Conversion conversion, planConversion(checkpoint, type));
    return ggufHeader(conversion);
}

} // namespace snug::convert
