// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/convert/adapter/adapter_config.h"
#include "core/convert/checkpoint.h"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace snug::convert {

// A LoRA as the `peft` library saves it: adapter_config.json and adapter_model.safetensors in a folder.
struct Adapter {
    AdapterConfig config;
    Checkpoint checkpoint; // its tensors; `config` is that of the model that it belongs to
};

// The folder has an adapter_config.json.
[[nodiscard]] bool isAdapter(const std::filesystem::path &folder);

// What the folder's adapter_config.json says. Fails as AdapterConfig::parse and readSmallFile.
[[nodiscard]] Result<AdapterConfig> readAdapterConfig(const std::filesystem::path &folder);

// `base`: config.json of the model. Fails as safetensors::readHeader, and with NotFound (reason no_weights).
[[nodiscard]] Result<Adapter> readAdapter(const std::filesystem::path &folder, AdapterConfig config,
                                          nlohmann::json base);

} // namespace snug::convert
