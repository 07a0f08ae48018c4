// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/gguf/types.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace snug::quant {

// A type that a person chose for the tensors whose names a regular expression is found in, as `--tensor-type`
// of llama.cpp's quantizer takes it: "ffn_down=q8_0", "blk\.[0-3]\.attn_v=f16".
class TypePattern {
public:
    // PATTERN=TYPE. ECMAScript's expressions, of which capital letters are made small, as llama.cpp does it:
    // "\D" means "\d". Types are those that can be made, in small or capital letters. Fails with
    // InvalidArgument (reason "tensor_type").
    [[nodiscard]] static Result<TypePattern> parse(std::string_view text);

    // Fails with InvalidArgument (reason "tensor_type") where the search gets too long.
    [[nodiscard]] Result<bool> isIn(const std::string &tensorName) const;
    [[nodiscard]] gguf::TensorType type() const { return m_type; }
    [[nodiscard]] const std::string &pattern() const { return m_pattern; }

private:
    struct Expression; // <regex> takes long to compile

    TypePattern(std::string pattern, std::shared_ptr<const Expression> expression, gguf::TensorType type)
        : m_pattern(std::move(pattern)), m_expression(std::move(expression)), m_type(type)
    {
    }

    std::string m_pattern;
    std::shared_ptr<const Expression> m_expression; // of all copies
    gguf::TensorType m_type;
};

} // namespace snug::quant
