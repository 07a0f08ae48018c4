// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/convert/tokenizer/regex.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snug::convert {

// adapter_config.json of the `peft` library, of a LoRA that llama.cpp can work with.
class AdapterConfig {
public:
    // Fails with Corrupt (reason bad_adapter), TooLarge (reason large_adapter_config), or Unsupported (reason
    // adapter_kind; detail feature: what llama.cpp cannot take).
    [[nodiscard]] static Result<AdapterConfig> parse(std::string_view text);

    // What a module's pair of matrices of that rank is multiplied with (peft, LoraLayer::update_layer).
    // `module`: "model.layers.0.self_attn.q_proj".
    [[nodiscard]] Result<double> scaling(std::string_view module, std::int64_t rank) const;
    // The alpha by which llama.cpp, which divides it by the rank, comes to the scaling of most modules.
    [[nodiscard]] double alpha() const;

    // The model that it was trained on: ORG/NAME, or a folder of whoever trained it; empty if not said.
    [[nodiscard]] const std::string &baseModel() const { return m_baseModel; }
    // How the weights were begun, where that changed the model itself; empty otherwise.
    [[nodiscard]] const std::string &beginning() const { return m_beginning; }
    // The tokens behind which it begins to work (aLoRA); empty: from the first on.
    [[nodiscard]] const std::vector<std::uint32_t> &invocation() const { return m_invocation; }

private:
    // An alpha of some modules: of those whose names end in a text, or that an expression matches.
    struct Exception {
        std::string name;
        std::optional<Regex> expression;
        double alpha = 0;
    };

    Result<void> addException(const std::string &pattern, double alpha);

    double m_alpha = 0;
    std::int64_t m_rank = 0;
    bool m_rankStabilized = false;
    std::vector<Exception> m_exceptions;
    std::string m_baseModel;
    std::string m_beginning;
    std::vector<std::uint32_t> m_invocation;
};

} // namespace snug::convert
