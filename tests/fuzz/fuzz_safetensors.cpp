// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/text.h"
#include "core/safetensors/reader.h"
#include "tests/fuzz/demand.h"

// Any bytes as a safetensors file, once as the whole file and once as the first part of a larger one. What
// the reader lets through must be consistent.

namespace {

using namespace snug;
using fuzz::demand;

void checkAccepted(const safetensors::Header &header)
{
    std::int64_t sum = 0;
    for (const safetensors::Tensor &tensor : header.tensors) {
        demand(!tensor.name.empty() && gguf::isUtf8(tensor.name), "names are texts");
        demand(safetensors::dataBytes(tensor.dtype, tensor.shape) == tensor.bytes,
               "sizes follow from shapes");
        demand(tensor.offset >= 0 && tensor.offset <= header.fileBytes - header.dataOffset - tensor.bytes,
               "data is inside the file");
        sum += tensor.bytes;
    }
    demand(header.dataOffset + sum == header.fileBytes, "the data fills the file");
}

void read(std::span<const std::uint8_t> data, std::int64_t fullSize)
{
    const auto bytes = std::as_bytes(data);
    gguf::MemoryReader in({bytes.begin(), bytes.end()}, fullSize);
    const auto header = safetensors::readHeader(in);
    if (header)
        return checkAccepted(*header);
    demand(!header.error().message.empty() && !header.error().hint.empty() &&
               gguf::isUtf8(header.error().message),
           "errors say what happened and what to do");
    demand(!header.error().detail.empty(), "errors have a reason");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::span bytes(data, size);
    read(bytes, static_cast<std::int64_t>(size));
    read(bytes, static_cast<std::int64_t>(size) + 36);
    return 0;
}
