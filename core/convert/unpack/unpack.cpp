// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/unpack/unpack.h"

#include "core/convert/unpack/methods.h"
#include "core/gguf/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace snug::convert {

const PackedPart *PackedSource::ending(std::string_view suffix) const
{
    const auto found = std::find_if(parts.begin(), parts.end(), [suffix](const PackedPart &part) {
        return part.tensor->name.ends_with(suffix);
    });
    return found == parts.end() ? nullptr : &*found;
}

tl::unexpected<Error> badPacking(const PackedSource &packed, std::string_view why)
{
    return fail(
        ErrorKind::Corrupt,
        fmt::format("The packed tensor {} cannot be read: {}.", gguf::escaped(packed.source.name), why),
        {{"reason", std::string("bad_packing")}, {"name", gguf::escaped(packed.source.name)}},
        "Download the checkpoint again, or choose one that is not packed.");
}

tl::unexpected<Error> unknownLayout(const PackedSource &packed, std::string_view method,
                                    std::string_view what)
{
    return fail(ErrorKind::Unsupported,
                fmt::format("The checkpoint is packed with {}, which Snug cannot unpack.", what),
                {{"reason", std::string("packing")},
                 {"method", std::string(method)},
                 {"name", gguf::escaped(packed.source.name)}},
                "Choose the unpacked checkpoint of the model, or a GGUF file of it.");
}

Result<std::unique_ptr<StoredNumbers>> unpackedNumbers(const PackedSource &packed)
{
    const Packing packing = packed.source.packing;
    const bool matricesOnly =
        packing == Packing::Gptq || packing == Packing::Awq || packing == Packing::PackedInts;
    if (packed.source.shape.empty() || (matricesOnly && packed.source.shape.size() != 2))
        return badPacking(packed, "it is no matrix");
    switch (packing) {
    case Packing::Gptq:
        return unpackedGptq(packed);
    case Packing::Awq:
        return unpackedAwq(packed);
    case Packing::BitsAndBytes4:
        return unpackedBitsAndBytes4(packed);
    case Packing::BitsAndBytes8:
        return unpackedBitsAndBytes8(packed);
    case Packing::Fp8:
        return unpackedFp8(packed);
    case Packing::Hqq:
        return unpackedHqq(packed);
    case Packing::PackedInts:
        return unpackedInts(packed);
    case Packing::ScaledInts:
        return unpackedScaledInts(packed);
    case Packing::None:
    case Packing::Mxfp4:
        break;
    }
    return unknownLayout(packed, "unknown", "a method of its own");
}

} // namespace snug::convert
