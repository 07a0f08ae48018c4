// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/writer.h"
#include "core/model/facts.h"
#include "tests/fuzz/demand.h"
#include "tests/support/gguf_consistency.h"

#include <memory>

// Any bytes as a GGUF file, once as the whole file and once as the first part of a larger one. What the
// reader lets through must be consistent, have facts, and come out of the writer as a file that says the
// same.

namespace {

using namespace snug;
using fuzz::demand;

void checkError(const Error &error)
{
    demand(!error.message.empty() && !error.hint.empty(), "errors say what happened and what to do");
    demand(!error.detail.empty(), "errors have a reason");
}

void checkAccepted(gguf::RandomReader &in, gguf::Header header)
{
    const std::string fault = test::inconsistency(header);
    demand(fault.empty(), fault.c_str());
    demand(!toJson(factsOf(header, "fuzz.gguf"))
                .dump(-1, ' ', false, nlohmann::json::error_handler_t::strict)
                .empty(),
           "facts are UTF-8");

    demand(gguf::loadArrays(in, header).has_value(), "lists that were passed can be loaded");
    const auto once = gguf::encodeHeader(header);
    demand(once.has_value(), "what was read can be written");
    demand(once->header.tensors == header.tensors, "tensors survive writing");
    demand(once->header.dataOffset == header.dataOffset, "the data begins where it did");
    gguf::MemoryReader again(once->bytes, once->header.fileBytes);
    auto reread = gguf::readHeader(again);
    demand(reread.has_value() && gguf::loadArrays(again, *reread).has_value(),
           "what was written can be read");
    demand(reread->values.size() == header.values.size(), "values survive writing");
    demand(gguf::encodeHeader(*std::move(reread))->bytes == once->bytes,
           "writing again gives the same bytes");
}

void read(std::span<const std::uint8_t> data, std::int64_t fullSize)
{
    const auto bytes = std::as_bytes(data);
    gguf::MemoryReader in({bytes.begin(), bytes.end()}, fullSize);
    auto header = gguf::readHeader(in);
    if (header)
        checkAccepted(in, *std::move(header));
    else
        checkError(header.error());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::span bytes(data, size);
    read(bytes, static_cast<std::int64_t>(size));
    read(bytes, std::int64_t{1} << 62);
    return 0;
}
