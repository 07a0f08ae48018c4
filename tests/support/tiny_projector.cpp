// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/tiny_projector.h"

#include "tests/support/changed_model.h"
#include "tests/support/companion_headers.h"

namespace snug::test {

Result<void> writeTinyProjector(const std::filesystem::path &model, const std::filesystem::path &target)
{
    SNUG_TRY(const gguf::Header base, wholeHeader(model));
    const gguf::Value *architecture = base.find("general.architecture");
    const gguf::Value *width = base.find(*architecture->text() + ".embedding_length");
    gguf::Header header =
        projector({.layers = 2, .width = 64, .heads = 4, .imageSize = 128, .modelWidth = *width->integer()});
    for (gguf::Tensor &tensor : header.tensors)
        tensor.type = gguf::TensorType::F32;
    return writeSmallNumbers(header, target);
}

} // namespace snug::test
