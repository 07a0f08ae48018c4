// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/checkpoints.h"
#include "core/hub/levels.h"
#include "core/hub/safe_path.h"

#include <fmt/format.h>

#include <algorithm>

namespace snug::hub {
namespace {

constexpr std::string_view kDynamic = "ud-"; // as pathKey writes it

using Choice = std::vector<const Level *>;

template <class Condition> Choice those(const Offer &offer, Condition condition)
{
    Choice chosen;
    const auto take = [&](const Level &level) {
        if (condition(level))
            chosen.push_back(&level);
    };
    std::for_each(offer.levels.begin(), offer.levels.end(), take);
    std::for_each(offer.checkpoints.begin(), offer.checkpoints.end(), take);
    return chosen;
}

Choice labelled(const Offer &offer, std::string_view label)
{
    const std::string key = pathKey(label);
    Choice chosen = those(offer, [&key](const Level &level) { return pathKey(level.label) == key; });
    if (chosen.empty())
        chosen = those(offer, [&key](const Level &level) {
            return pathKey(level.label) == std::string(kDynamic) + key;
        });
    return chosen;
}

Choice byDefault(const Offer &offer)
{
    for (const char *label : {"Q4_K_M", "Q8_0"}) {
        if (Choice chosen = labelled(offer, label); !chosen.empty())
            return chosen;
    }
    if (offer.levels.empty() && !offer.checkpoints.empty())
        return {&offer.checkpoints.front()};
    return those(offer, [](const Level &level) { return level.label != kCheckpointLabel; });
}

std::string listed(const Choice &levels, bool names)
{
    std::string text;
    for (const Level *level : levels)
        text += (text.empty() ? "" : ", ") + (names ? level->files.front().path : level->label);
    return shownText(text, 1000);
}

tl::unexpected<Error> noSuch(const Offer &offer, std::string_view selector)
{
    const std::string there = listed(those(offer, [](const Level &) { return true; }), false);
    if (there.empty())
        return fail(ErrorKind::NotFound, "The model has no files that Snug can use.", {},
                    "Choose a model with GGUF or safetensors files.");
    return fail(ErrorKind::NotFound,
                fmt::format("The model has neither a level nor a file {}.", shownText(selector)),
                {{"levels", there}}, "It has " + there + ".");
}

Result<Level> onlyOne(const Choice &chosen)
{
    const Level &level = *chosen.front();
    if (chosen.size() > 1)
        return fail(ErrorKind::InvalidArgument, "Several files of the model are meant by that.",
                    {{"files", listed(chosen, true)}},
                    "Name one of the files: " + listed(chosen, true) + ".");
    if (!level.complete)
        return fail(ErrorKind::NotFound,
                    fmt::format("{} is incomplete: some of its parts are missing at the Hub.", level.label),
                    {{"reason", std::string("incomplete")}},
                    "Choose another level, or ask the maker of the model.");
    return level;
}

// A file by its own name: the level it is of, or the file alone.
std::optional<Level> withFile(const std::vector<RemoteFile> &files, const Offer &offer, std::string_view path)
{
    const auto file =
        std::find_if(files.begin(), files.end(), [path](const RemoteFile &one) { return one.path == path; });
    if (file == files.end())
        return std::nullopt;
    for (const Level &level : offer.levels) {
        if (std::find(level.files.begin(), level.files.end(), *file) != level.files.end())
            return level;
    }
    const auto slash = file->path.rfind('/');
    const bool top = slash == std::string::npos;
    const std::string name = top ? file->path : file->path.substr(slash + 1);
    return Level{name,  name, top ? std::string() : file->path.substr(0, slash), {*file}, file->bytes,
                 false, true};
}

} // namespace

Result<Level> chooseLevel(const std::vector<RemoteFile> &files, std::string_view selector)
{
    const Offer offer = offerOf(files);
    if (const auto level = withFile(files, offer, selector))
        return onlyOne({&*level});
    Choice chosen = selector.empty() ? byDefault(offer) : labelled(offer, selector);
    if (chosen.empty() && !selector.empty())
        chosen = those(offer, [selector](const Level &level) {
            return level.folder == selector || level.folder.starts_with(std::string(selector) + "/");
        });
    if (chosen.empty())
        return noSuch(offer, selector);
    return onlyOne(chosen);
}

} // namespace snug::hub
