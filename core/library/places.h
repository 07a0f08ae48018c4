// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/library/foreign_stores.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace snug::library {

// A folder, or a single file, in which a scan finds models of another program.
struct Place {
    std::filesystem::path path;
    std::string store; // "hub_cache", or storeName() of the program

    bool operator==(const Place &) const = default;
};

// The Hugging Face cache and what LM Studio, Ollama and Jan keep here. Ollama's models have no names of their
// own on the disk, so each is a place. Blocks; reads only the programs' settings and manifests.
[[nodiscard]] std::vector<Place> otherPlaces(const std::filesystem::path &hubCache,
                                             const StoreRequest &request, const std::stop_token &stop);

} // namespace snug::library
