// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/model_name.h"
#include "core/convert/model_texts.h"
#include "core/gguf/header.h"

#include <nlohmann/json_fwd.hpp>

#include <string_view>
#include <vector>

namespace snug::convert {

struct CardSubject {
    std::string_view name;        // of the folder, or "ORG/NAME" of the repository
    const nlohmann::json *config; // config.json
    ParameterCounts parameters;
};

// What a GGUF file tells about the model beside its weights, under general.*, as llama.cpp's converter has it
// (gguf-py, metadata.py): names, size, license, origin, tags and languages from the model card and the
// model's name, sampling.* from generation_config.json.
[[nodiscard]] std::vector<gguf::KeyValue> modelCardKeys(const CardSubject &subject, ModelTexts &texts);

} // namespace snug::convert
