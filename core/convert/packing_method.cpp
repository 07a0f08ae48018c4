// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/packing_method.h"

#include "core/convert/packed_shapes.h"
#include "core/gguf/text.h"
#include "core/hub/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace snug::convert {
namespace {

using nlohmann::json;
using safetensors::Dtype;

tl::unexpected<Error> unknownPacking(const std::string &method, const std::string &what)
{
    return fail(ErrorKind::Unsupported,
                fmt::format("The checkpoint is packed with {}, which Snug cannot unpack.", what),
                {{"reason", std::string("packing")}, {"method", method}},
                "Choose the unpacked checkpoint of the model, or a GGUF file of it.");
}

bool endsWithSuffix(const PackedTensor &packed)
{
    return packed.tensor.name.ends_with(packed.method.suffix);
}

bool isFourBitWeight(const PackedTensor &packed)
{
    return endsWithSuffix(packed) && packed.tensor.dtype == Dtype::U8 &&
           packed.beside(".weight.absmax") != nullptr;
}

bool isEightBitWeight(const PackedTensor &packed)
{
    return endsWithSuffix(packed) && packed.tensor.dtype == Dtype::I8 && packed.beside(".SCB") != nullptr;
}

bool isSmallFloat(const PackedTensor &packed)
{
    return packed.tensor.dtype == Dtype::F8_E4M3 || packed.tensor.dtype == Dtype::F8_E5M2 ||
           packed.tensor.dtype == Dtype::F8_E4M3FNUZ || packed.tensor.dtype == Dtype::F8_E5M2FNUZ;
}

bool isSmallInteger(const PackedTensor &packed)
{
    return endsWithSuffix(packed) && packed.tensor.dtype == Dtype::I8;
}

// Scales of activations and of the KV cache, which serve other engines.
const std::vector<Companion> kFloatScales = {
    {".weight_scale_inv", ".weight"},
    {"_scale_inv", ""},
    {".weight_scale", ".weight"},
    {".activation_scale", ""},
    {"_activation_scale", ""},
    {".input_scale", ""},
    {".output_scale", ""},
    {".k_scale", ""},
    {".v_scale", ""},
    {".qscale_weight", ".weight"},
    {".qscale_act", ""},
};

PackingMethod gptq(const json &said)
{
    return {"gptq",
            Packing::Gptq,
            ".qweight",
            ".weight",
            {{".qzeros", ".qweight"}, {".scales", ".qweight"}, {".g_idx", ".qweight"}},
            hub::countOf(said, "bits", 8).value_or(4),
            endsWithSuffix,
            shapeOfGptq};
}

PackingMethod awq(const json &said)
{
    const bool gemv = hub::textOf(said, "version").value_or("gemm").starts_with("gemv");
    return {"awq",
            Packing::Awq,
            ".qweight",
            ".weight",
            {{".qzeros", ".qweight"}, {".scales", ".qweight"}},
            hub::countOf(said, "bits", 8).value_or(4),
            endsWithSuffix,
            gemv ? shapeOfPackedRows : shapeOfAwqGemm};
}

PackingMethod bitsAndBytes(const json &said)
{
    if (hub::flagOf(said, "load_in_8bit"))
        return {"bitsandbytes",
                Packing::BitsAndBytes8,
                ".weight",
                ".weight",
                {{".SCB", ".weight"}, {".weight_format", ".weight"}},
                8,
                isEightBitWeight,
                shapeAsStored};
    return {"bitsandbytes",
            Packing::BitsAndBytes4,
            ".weight",
            ".weight",
            {{".weight.absmax", ".weight"},
             {".weight.quant_map", ".weight"},
             {".weight.nested_absmax", ".weight"},
             {".weight.nested_quant_map", ".weight"},
             {".weight.quant_state.bitsandbytes__nf4", ".weight"},
             {".weight.quant_state.bitsandbytes__fp4", ".weight"}},
            4,
            isFourBitWeight,
            shapeOfPackedBytes};
}

PackingMethod hqq(const json &said)
{
    constexpr std::array kBeside = {".scale",
                                    ".zero",
                                    ".shape",
                                    ".nbits",
                                    ".group_size",
                                    ".axis",
                                    ".packing",
                                    ".channel_wise",
                                    ".compute_dtype",
                                    ".encoded_state_dict",
                                    ".offload_meta",
                                    ".optimize",
                                    ".quant_scale",
                                    ".quant_zero",
                                    ".round_zero",
                                    ".stores_quant_config",
                                    ".unpack_view_dtype",
                                    ".view_as_float"};
    PackingMethod method{"hqq", Packing::Hqq, ".W_q", ".weight", {}, 4, endsWithSuffix, shapeOfPackedBytes};
    for (const char *suffix : kBeside)
        method.companions.push_back({suffix, ".W_q"});
    if (const json *config = hub::memberOf(said, "quant_config")) {
        if (const json *weights = hub::memberOf(*config, "weight_quant_params"))
            method.bits = hub::countOf(*weights, "nbits", 8).value_or(4);
    }
    return method;
}

PackingMethod smallFloats(std::string name)
{
    return {std::move(name), Packing::Fp8, "", "", kFloatScales, 8, isSmallFloat, shapeAsStored};
}

Result<PackingMethod> compressedTensors(const json &said)
{
    const std::string format = hub::textOf(said, "format").value_or(std::string());
    if (format == "float-quantized" || format == "naive-quantized")
        return smallFloats("compressed-tensors");
    std::vector<Companion> beside = {{".input_scale", ""},
                                     {".output_scale", ""},
                                     {".k_scale", ""},
                                     {".v_scale", ""},
                                     {".input_zero_point", ""}};
    const bool packed = format == "pack-quantized";
    const std::string_view carrier = packed ? ".weight_packed" : ".weight";
    for (const char *suffix : {".weight_scale", ".weight_zero_point", ".weight_shape", ".weight_g_idx"})
        beside.push_back({suffix, carrier});
    if (format == "int-quantized")
        return PackingMethod{
            "compressed-tensors", Packing::ScaledInts, ".weight", ".weight", std::move(beside), 8,
            isSmallInteger,       shapeAsStored};
    const json *groups = hub::memberOf(said, "config_groups");
    if (!packed || groups == nullptr || !groups->is_object() || groups->size() != 1)
        return unknownPacking(
            "compressed-tensors",
            fmt::format("compressed-tensors ({})", format.empty() ? "no format" : gguf::escaped(format)));
    const json *weights = hub::memberOf(*groups->begin(), "weights");
    const auto bits = weights != nullptr ? hub::countOf(*weights, "num_bits", 8) : std::nullopt;
    if (!bits || *bits < 1)
        return unknownPacking("compressed-tensors", "compressed-tensors (without a number of bits)");
    return PackingMethod{
        "compressed-tensors", Packing::PackedInts, ".weight_packed", ".weight", std::move(beside), *bits,
        endsWithSuffix,       shapeOfPackedRows};
}

PackingMethod mxfp4()
{
    return {"mxfp4", Packing::Mxfp4, "_blocks",   "_blocks", {{"_scales", "_blocks"}},
            4,       endsWithSuffix, shapeOfMxfp4};
}

} // namespace

const CheckpointTensor *PackedTensor::beside(std::string_view suffix) const
{
    const std::string_view own = tensor.name;
    const auto found =
        names.find(std::string(own.substr(0, own.size() - method.suffix.size())) + std::string(suffix));
    return found != names.end() ? &checkpoint.tensors[found->second] : nullptr;
}

const json *quantizationOf(const json &config)
{
    const json *found = hub::memberOf(config, "quantization_config");
    if (found == nullptr) {
        if (const json *text = hub::memberOf(config, "text_config"))
            found = hub::memberOf(*text, "quantization_config");
    }
    return found != nullptr && found->is_object() ? found : nullptr;
}

Result<PackingMethod> packingMethodOf(const json &config)
{
    const json *said = quantizationOf(config);
    if (said == nullptr)
        return PackingMethod{};
    const std::string method = packingMethod(config);
    if (method == "gptq")
        return gptq(*said);
    if (method == "awq")
        return awq(*said);
    if (method == "bitsandbytes")
        return bitsAndBytes(*said);
    if (method == "hqq")
        return hqq(*said);
    if (method == "fp8")
        return smallFloats("fp8");
    if (method == "mxfp4")
        return mxfp4();
    if (method == "compressed-tensors")
        return compressedTensors(*said);
    if (method == "modelopt" && hub::textOf(*said, "quant_algo").value_or(std::string()) == "FP8")
        return smallFloats("modelopt");
    return unknownPacking(method, method == "unknown"
                                      ? std::string("a method that its config.json does not name")
                                      : gguf::escaped(method));
}

} // namespace snug::convert
