// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/failure.h"

#include "core/gguf/text.h"

#include <fmt/format.h>

namespace snug::convert {

tl::unexpected<Error> badTokenizer(std::string_view file, std::string_view why)
{
    return fail(ErrorKind::Corrupt, fmt::format("{} cannot be read: {}.", file, why),
                {{"reason", std::string("bad_tokenizer")}, {"file", std::string(file)}},
                "Download the file again; if the fresh copy says the same, choose another checkpoint.");
}

tl::unexpected<Error> largeTokenizer(std::string_view file)
{
    return fail(ErrorKind::TooLarge, fmt::format("{} is larger than any tokenizer should be.", file),
                {{"reason", std::string("large_tokenizer")}, {"file", std::string(file)}},
                "Download the file again; if the fresh copy says the same, choose another checkpoint.");
}

tl::unexpected<Error> unknownTokenizer(std::string_view kind)
{
    return fail(
        ErrorKind::Unsupported,
        fmt::format("The model's tokenizer is of a kind that Snug does not know ({}).", gguf::escaped(kind)),
        {{"reason", std::string("tokenizer")}, {"kind", gguf::escaped(kind)}},
        "Look for a GGUF file of the model that somebody else has made.");
}

} // namespace snug::convert
