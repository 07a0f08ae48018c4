// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/quant/type_kinds.h"

#include <algorithm>

namespace snug::quant {

std::string inSmallLetters(std::string_view text)
{
    std::string small(text);
    for (char &letter : small) {
        if (letter >= 'A' && letter <= 'Z')
            letter = static_cast<char>(letter - 'A' + 'a');
    }
    return small;
}

std::optional<gguf::TensorType> encodableType(std::string_view name)
{
    const auto types = gguf::tensorTypes();
    const auto found = std::find_if(types.begin(), types.end(), [&](const gguf::TensorTypeInfo &info) {
        return isEncodable(info.type) && inSmallLetters(info.name) == inSmallLetters(name);
    });
    return found == types.end() ? std::nullopt : std::optional(found->type);
}

} // namespace snug::quant
