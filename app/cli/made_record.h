// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/verb.h"
#include "core/convert/job/write_model.h"

#include <nlohmann/json.hpp>

#include <span>

namespace snug::cli {

// Notes in the library that these files were made here, of what and how, and that their bytes are known; of
// files outside Snug's folder nothing. `origin` as ConvertSource::origin, `recipe` as
// ConvertOptions::recipe. What cannot be noted is logged and costs only that.
void recordMade(std::span<const convert::WrittenFile> files, const nlohmann::json &origin,
                const nlohmann::json &recipe, const VerbContext &context);

} // namespace snug::cli
