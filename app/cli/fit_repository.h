// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/fit_subject.h"
#include "app/cli/hub_access.h"

namespace snug::cli {

// A repository of the Hub, of which one level's headers are read: the one that `reference` names, else one of
// which others could be made (a GGUF level of 16 or 32 bits, a checkpoint), else the smallest. Of a GGUF
// level only the first keys are fetched where they tell its shape; complete() then fetches the rest. Errors:
// those of hub::Client, headersAtHub; NotFound if it holds no model, or not the level that is named.
[[nodiscard]] Result<std::unique_ptr<FitSubject>>
openRepository(HubAccess hub, const hub::RepoReference &reference, const VerbContext &context);

} // namespace snug::cli
