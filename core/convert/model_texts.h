// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snug::convert {

// The small files beside a checkpoint's weights: tokenizer, templates, generation defaults, model card.
// Blocks; one thread.
class ModelTexts {
public:
    ModelTexts() = default;
    ModelTexts(const ModelTexts &) = delete;
    ModelTexts &operator=(const ModelTexts &) = delete;
    virtual ~ModelTexts() = default;

    // The whole file; nullopt if there is none. `name`: below the folder, "tokenizer.json". Fails with
    // TooLarge beyond `mostBytes`, Io, and as fetching it does.
    [[nodiscard]] virtual Result<std::optional<std::string>> read(std::string_view name,
                                                                  std::int64_t mostBytes) = 0;
    // Names below a folder, "additional_chat_templates", without it; empty if it is not there.
    [[nodiscard]] virtual Result<std::vector<std::string>> namesIn(std::string_view folder) = 0;
};

} // namespace snug::convert
