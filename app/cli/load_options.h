// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fit/load_request.h"

#include <CLI/CLI.hpp>

#include <string>

namespace snug::cli {

// The options that `fit`, `bench`, `serve` and `chat` share: how a model is to be loaded.
class LoadOptions {
public:
    void define(CLI::App &app, const std::string &modelHelp = "A GGUF file",
                const std::string &deviceHelp = "The only GPU to use, by its id in `devices`");
    // `contextTokens` is 0 when --ctx was not given.
    [[nodiscard]] Result<fit::LoadRequest> request() const;

private:
    std::string m_model;
    std::int64_t m_context = 0;
    std::string m_kvType = "f16";
    std::string m_kvTypeV;
    std::string m_flashAttention = "auto";
    std::string m_gpuLayers = "auto";
    int m_cpuExpertLayers = 0;
    int m_parallel = 1;
    int m_threads = 0;
    std::string m_device;
};

} // namespace snug::cli
