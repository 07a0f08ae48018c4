// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "backends/llama/engine_log.h"
#include "backends/llama/plugins.h"

#include <QByteArray>

namespace snug::test {

// Loads every plugin into the test's own process, with software renderers, which are hidden otherwise.
[[nodiscard]] inline Result<void> loadEngine()
{
    qputenv("GGML_VK_VISIBLE_DEVICES", "0");
    llama::installEngineLog(llama::EngineNoise::Errors);
    auto loaded = llama::loadPlugins();
    if (!loaded) {
        qputenv("GGML_VK_VISIBLE_DEVICES", "");
        return tl::make_unexpected(std::move(loaded).error());
    }
    return {};
}

} // namespace snug::test
