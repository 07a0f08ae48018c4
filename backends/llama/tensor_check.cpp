// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/tensor_check.h"

#include "backends/llama/engine_log.h"
#include "backends/llama/load_failure.h"
#include "backends/llama/plugins.h"
#include "core/base/paths.h"

#include <array>
#include <llama-cpp.h>

namespace snug::llama {

Result<void> checkTensors(const std::filesystem::path &file)
{
    for (const Plugin &plugin : installedPlugins()) {
        if (plugin.backend == "CPU")
            SNUG_CHECK(loadPlugin(plugin));
    }
    forgetEngineErrors();
    auto params = llama_model_default_params();
    std::array<ggml_backend_dev_t, 1> noDevices = {nullptr};
    params.devices = noDevices.data();
    params.n_gpu_layers = 0;
    params.no_alloc = true;
    params.load_mode = LLAMA_LOAD_MODE_NONE;
    const llama_model_ptr model(llama_model_load_from_file(toUtf8(file).c_str(), params));
    return model ? Result<void>() : tl::make_unexpected(loadFailure());
}

} // namespace snug::llama
