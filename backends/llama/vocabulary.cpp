// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/vocabulary.h"

#include "backends/llama/engine_log.h"
#include "backends/llama/load_failure.h"
#include "core/base/paths.h"

#include <array>

namespace snug::llama {

Result<llama_model_ptr> loadVocabulary(const std::filesystem::path &file)
{
    forgetEngineErrors();
    auto params = llama_model_default_params();
    std::array<ggml_backend_dev_t, 1> noDevices = {nullptr};
    params.devices = noDevices.data();
    params.n_gpu_layers = 0;
    params.vocab_only = true;
    llama_model_ptr model(llama_model_load_from_file(toUtf8(file).c_str(), params));
    if (!model)
        return tl::make_unexpected(loadFailure());
    return model;
}

} // namespace snug::llama
