// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/chosen_projector.h"

#include "app/cli/probe_projector.h"
#include "core/base/paths.h"
#include "core/fit/companion_check.h"
#include "core/fit/projectors_beside.h"
#include "core/gguf/random_reader.h"
#include "core/gguf/reader.h"

#include <fmt/format.h>

#include <array>

namespace snug::cli {
namespace {

Result<gguf::Header> headerOf(const std::filesystem::path &path)
{
    SNUG_TRY(const auto reader, gguf::FileReader::open(path));
    return gguf::readHeader(*reader);
}

Result<void> checkFor(const gguf::Header &model, const std::filesystem::path &projector)
{
    SNUG_TRY(const gguf::Header header, headerOf(projector));
    return fit::checkProjector(header, std::array{model});
}

} // namespace

ChosenProjector chooseProjector(const std::string &option, const std::filesystem::path &model,
                                const std::stop_token &stop)
{
    if (option != "auto")
        return {fromUtf8(option), {}};
    ChosenProjector chosen;
    const auto candidates = fit::projectorsBeside(model.parent_path(), stop);
    // A model that cannot be read is told by whoever loads it.
    const auto header = candidates.empty() ? Result<gguf::Header>() : headerOf(model);
    if (!header)
        return chosen;
    for (const std::filesystem::path &candidate : candidates) {
        if (!checkFor(*header, candidate))
            continue;
        if (const auto usable = askForUsableProjector(candidate, "CPU", stop); !usable) {
            chosen.note = usable.error().message;
            continue;
        }
        const std::string name = toUtf8(candidate.filename());
        return {candidate, fmt::format("What the model sees goes through {}, which lies beside it.", name)};
    }
    return chosen;
}

} // namespace snug::cli
