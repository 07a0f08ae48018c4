// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/convert_source.h"
#include "core/convert/adapter/adapter_config.h"

namespace snug::cli {

// A folder with a LoRA of the `peft` library; `base`: config.json of its model. It can be made at F32, F16,
// BF16 and Q8_0. Fails as convert::readAdapter.
[[nodiscard]] Result<std::unique_ptr<ConvertSource>>
openAdapter(const std::filesystem::path &folder, convert::AdapterConfig config, nlohmann::json base);

} // namespace snug::cli
