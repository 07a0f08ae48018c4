// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace snug::convert {

// What llama.cpp wants to know of an architecture's tokenizer and the files do not say (set_vocab of the
// classes in conversion/).
struct TokenizerHabits {
    // tokenizer.ggml.add_space_prefix; nullopt: what tokenizer_config.json says as add_prefix_space, if
    // `readsPrefixSpace`.
    std::optional<bool> addSpacePrefix;
    bool readsPrefixSpace = false;
    // tokenizer.ggml.add_bos_token, unless the files say it.
    std::optional<bool> addBos;
    // The added tokens of tokenizer.json stand for more than the pieces of tokenizer.model.
    bool addsFromJson = false;
    // tokenizer.json comes before tokenizer.model, if it merges bytes.
    bool prefersJson = false;

    struct RoleById {
        std::string_view role;
        std::int64_t id;
    };
    struct RoleByText {
        std::string_view role;
        std::string_view text; // of an added token
    };
    std::vector<RoleById> fixedRoles;  // whatever the files say
    std::vector<RoleByText> textRoles; // if nothing else names the role
};

[[nodiscard]] TokenizerHabits habitsOf(std::string_view architecture, std::int64_t vocabulary);

} // namespace snug::convert
