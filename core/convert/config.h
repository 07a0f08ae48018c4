// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace snug::convert {

inline constexpr std::int64_t kMostConfigBytes = std::int64_t{4} << 20;

// config.json. Fails with TooLarge (reason large_config) or Corrupt (reason bad_config).
[[nodiscard]] Result<nlohmann::json> parseConfig(std::string_view text);

// The name of the model's class: "LlamaForCausalLM"; that of the text part, where a model of several kinds
// names one. Empty if the configuration names none.
[[nodiscard]] std::string className(const nlohmann::json &config);

// A default of transformers' configuration class, for what config.json may leave out.
struct Default {
    const char *key;
    std::variant<bool, int, std::int64_t, double> value;
};

// The configuration of the text part, whichever of the two layouts it has: that of the published checkpoints
// (rope_theta, rope_scaling) or that of transformers 5 (rope_parameters). Every getter takes names in order
// of preference, and what is null, of another type or out of range counts as not said.
class Config {
public:
    using Names = std::initializer_list<const char *>;

    // REQUIRES: `config` is an object.
    Config(const nlohmann::json &config, const std::vector<Default> &defaults);

    // From 0 to 2^32 - 1, as GGUF keeps counts.
    [[nodiscard]] std::optional<std::int64_t> count(Names names) const;
    [[nodiscard]] std::optional<double> number(Names names) const;
    [[nodiscard]] std::optional<bool> flag(Names names) const;
    [[nodiscard]] std::optional<std::string> text(Names names) const;
    [[nodiscard]] std::vector<std::string> texts(Names names) const;

    // Of the rotation of all layers, or of those with full attention where two kinds are told apart.
    [[nodiscard]] std::optional<double> ropeNumber(const char *name) const;
    // Empty unless all of a list are numbers.
    [[nodiscard]] std::vector<double> ropeNumbers(const char *name) const;
    // Rotation of the layers with a sliding window; null if it is not told apart.
    [[nodiscard]] std::optional<double> slidingRopeTheta() const;
    // In lower case: "llama3"; empty without scaling.
    [[nodiscard]] std::string ropeType() const;

    // head_dim, or the width divided by the heads; 0 if neither is known.
    [[nodiscard]] std::int64_t headWidth() const;

private:
    // Behind pointers so that the many files of rules need not see how JSON is kept.
    std::shared_ptr<const nlohmann::json> m_values;
    std::shared_ptr<const nlohmann::json> m_rope;
};

} // namespace snug::convert
