// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/hub/listing.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The files of a repository as what a person chooses from. Pure; nothing is opened, so all of it is what the
// names claim.
namespace snug::hub {

// One thing to fetch and use: a GGUF file, all parts of a split one, or a checkpoint.
struct Level {
    std::string label;                 // "Q4_K_M", "UD-Q4_K_XL", "BF16"; the name where that claims no level
    std::string name;                  // of the file, without part numbers and ending
    std::string folder;                // empty: the top
    std::vector<RemoteFile> files;     // parts in their order; of a checkpoint the weights first
    std::optional<std::int64_t> bytes; // together; absent if one is unknown
    bool isSplit = false;
    bool complete = true; // all parts are there

    bool operator==(const Level &) const = default;
};

// What goes with a model and is none by itself.
enum class CompanionKind { Projector, DraftHead, ImportanceMatrix };
struct Companion {
    CompanionKind kind = CompanionKind::Projector;
    Level level;

    bool operator==(const Companion &) const = default;
};

struct Offer {
    std::vector<Level> levels;      // GGUF, the smallest first
    std::vector<Level> checkpoints; // safetensors with index, configuration and tokenizer; the top one first
    std::vector<Companion> companions; // in the order of their names

    bool operator==(const Offer &) const = default;
};

// Formats: gguf-split's and transformers' part names; specs of llama.cpp's common/download for companions.
[[nodiscard]] Offer offerOf(const std::vector<RemoteFile> &files);

// The projector that belongs to a level as llama.cpp picks it: the one in the deepest folder shared with it
// (in folders of others only if there is no better), then the one with the nearest number of bits. nullptr if
// there is none.
[[nodiscard]] const Companion *projectorFor(const Level &level, const Offer &offer);

// What `selector` of a RepoReference means: a level's label (capitals or not; without its "UD-" if that
// leaves one), a file, or a folder with one level; nothing: Q4_K_M, else Q8_0, else the only one there is.
// Errors: NotFound, with detail levels (what there is) or reason incomplete; InvalidArgument if several are
// meant, with detail files.
[[nodiscard]] Result<Level> chooseLevel(const std::vector<RemoteFile> &files, std::string_view selector);

} // namespace snug::hub
