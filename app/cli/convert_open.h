// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/convert_options.h"
#include "app/cli/verb.h"

namespace snug::cli {

// The model that the options name: a folder with a checkpoint or an adapter, a GGUF file, or a model at the
// Hub, of which a checkpoint's weights come later, while they are converted. `context` outlives it. Fails
// with NotFound, as openCheckpoint, openAdapter and openGguf, and as planPull and PullFiles::run.
[[nodiscard]] Result<std::unique_ptr<ConvertSource>> openSource(const ConvertOptions &options,
                                                                const VerbContext &context);

} // namespace snug::cli
