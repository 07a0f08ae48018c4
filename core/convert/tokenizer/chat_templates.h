// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/convert/model_texts.h"
#include "core/gguf/header.h"

#include <nlohmann/json.hpp>

#include <vector>

namespace snug::convert {

// tokenizer.chat_template and, where a model has several, those by name: from tokenizer_config.json, else
// chat_template.jinja with additional_chat_templates, else chat_template.json. `tokenizerConfig`: null
// without it. Fails as ModelTexts::read, and with Corrupt (reason bad_tokenizer) for a file that is no text.
[[nodiscard]] Result<std::vector<gguf::KeyValue>> chatTemplateKeys(const nlohmann::json &tokenizerConfig,
                                                                   ModelTexts &texts);

} // namespace snug::convert
