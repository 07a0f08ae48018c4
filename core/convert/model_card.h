// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/convert/model_texts.h"
#include "core/gguf/header.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace snug::convert {

// The front matter of a model card (README.md between two lines "---"), as far as it is simple: texts and
// lists of texts by their key at the outermost level. Anything else in it is passed over.
[[nodiscard]] std::map<std::string, std::vector<std::string>> frontMatter(std::string_view readme);

// What a GGUF file tells about the model beside its weights: general.name, license, tags and languages from
// the model card, general.sampling.* from generation_config.json. `name`: of the folder or repository.

[[nodiscard]] std::vector<gguf::KeyValue> modelCardKeys(std::string_view name, ModelTexts &texts);

} // namespace snug::convert
