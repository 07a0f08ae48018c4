// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/model_file.h"

#include "core/gguf/sparse_copy.h"
#include "core/gguf/writer.h"
#include "core/quant/type_plan.h"

#include <span>

namespace snug::test {

Result<gguf::Header> atLevel(const gguf::Header &draft, quant::FileType level)
{
    SNUG_TRY(const quant::SourceModel model, quant::sourceModel(std::span(&draft, 1)));
    quant::TypeOptions options;
    options.imatrix = true;
    SNUG_TRY(const quant::TypePlan plan, quant::planTypes(model, level, options));
    gguf::Header header = draft;
    header.tensors.clear();
    for (const quant::PlannedTensor &planned : plan.tensors) {
        header.tensors.push_back(*planned.source->tensor);
        header.tensors.back().type = planned.type;
    }
    SNUG_TRY(auto encoded, gguf::encodeHeader(std::move(header)));
    return std::move(encoded.header);
}

Result<void> writeModel(const gguf::Header &header, const std::filesystem::path &target)
{
    SNUG_TRY(const auto encoded, gguf::encodeHeader(header));
    return gguf::writeSparse(encoded.bytes, encoded.header.fileBytes, target);
}

} // namespace snug::test
