// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/convert_source.h"

#include "core/base/paths.h"
#include "core/gguf/text.h"
#include "core/quant/source_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <system_error>
#include <utility>

namespace snug::cli {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> needsImatrix(quant::FileType level)
{
    const std::string_view name = quant::level(level).name;
    return fail(ErrorKind::Unsupported,
                fmt::format("{} cannot be made without an importance matrix: at so few bits the weights that "
                            "matter have to be known.",
                            name),
                {{"reason", std::string("needs_imatrix")}, {"level", std::string(name)}},
                "Give one with --imatrix, or choose a level with more bits.");
}

tl::unexpected<Error> alreadyQuantized(const gguf::Tensor &tensor)
{
    return fail(ErrorKind::Unsupported,
                fmt::format("Tensor {} is quantized already ({}); quantizing it again would add up the loss.",
                            gguf::escaped(tensor.name), gguf::tensorTypeName(tensor.type)),
                {{"reason", std::string("already_quantized")}, {"name", gguf::escaped(tensor.name)}},
                "Start from the original checkpoint, or from a file with 16 bits.");
}

} // namespace

bool LevelChoice::isPlain() const
{
    return !options.imatrix && !options.pure && !options.outputType && !options.embeddingType &&
           options.patterns.empty();
}

std::optional<convert::OutputType> directType(const LevelChoice &choice)
{
    if (!choice.isPlain())
        return std::nullopt;
    switch (choice.level) {
    case quant::FileType::F32:
        return convert::OutputType::F32;
    case quant::FileType::F16:
        return convert::OutputType::F16;
    case quant::FileType::BF16:
        return convert::OutputType::BF16;
    case quant::FileType::Q8_0:
        return convert::OutputType::Q8_0;
    default:
        return std::nullopt;
    }
}

void ConvertSource::addFile(const fs::path &path)
{
    std::error_code error;
    const auto bytes = fs::file_size(path, error);
    const auto modified = fs::last_write_time(path, error);
    m_origin["files"].push_back(
        {{"path", toUtf8(path.filename())},
         {"bytes", static_cast<std::int64_t>(error ? 0 : bytes)},
         {"modified", static_cast<std::int64_t>(error ? 0 : modified.time_since_epoch().count())}});
}

void ConvertSource::setRepository(const std::string &id, const std::string &commit)
{
    m_origin["repository"] = id;
    m_origin["commit"] = commit;
}

Result<std::vector<gguf::Tensor>> tensorsAt(std::span<const gguf::Header> parts, const LevelChoice &choice)
{
    SNUG_TRY(const quant::SourceModel model, quant::sourceModel(parts));
    SNUG_TRY(const quant::TypePlan plan, quant::planTypes(model, choice.level, choice.options));
    if (plan.needsImatrix && !choice.options.imatrix)
        return needsImatrix(choice.level);
    if (plan.alreadyQuantized != nullptr)
        return alreadyQuantized(*plan.alreadyQuantized);
    std::map<std::string_view, gguf::TensorType> types;
    for (const quant::PlannedTensor &tensor : plan.tensors)
        types.emplace(tensor.source->tensor->name, tensor.type);
    std::vector<gguf::Tensor> tensors;
    for (const gguf::Header &part : parts) {
        for (const gguf::Tensor &tensor : part.tensors)
            tensors.push_back({tensor.name, tensor.dims, types.at(tensor.name), 0, 0});
    }
    return tensors;
}

void setKey(std::vector<gguf::KeyValue> &keys, std::string key, gguf::Value value)
{
    const auto found = std::find_if(keys.begin(), keys.end(),
                                    [&key](const gguf::KeyValue &pair) { return pair.key == key; });
    if (found != keys.end())
        found->value = std::move(value);
    else
        keys.push_back({std::move(key), std::move(value)});
}

} // namespace snug::cli
