// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/library/foreign_stores.h"

#include <map>

// What the readers of foreign_stores.h share.
namespace snug::library {

// Where programs of this system keep data and settings: XDG, Application Support, the roaming folder.
[[nodiscard]] std::filesystem::path userDataFolder(const StoreRequest &request);
[[nodiscard]] std::filesystem::path userConfigFolder(const StoreRequest &request);

// The folders that exist, without second names for the same.
[[nodiscard]] std::vector<std::filesystem::path>
existingFolders(const std::vector<std::filesystem::path> &candidates);

// The text under `key` of an object in a small JSON file, if it is an absolute path.
[[nodiscard]] std::optional<std::filesystem::path> pathSetting(const std::filesystem::path &jsonFile,
                                                               const char *key);

// The unindented "key: value" lines of a small YAML file; plain, quoted and folded texts. Not more of YAML
// than settings of programs have.
[[nodiscard]] std::map<std::string, std::string> topLevelYaml(std::string_view text);

// Valid UTF-8 without control characters: fit to be shown.
[[nodiscard]] bool isShowable(std::string_view text);

// Adds the GGUF files below `folder`, the parts of a split one together; the name is the path below the
// folder.
void addGgufBelow(const std::filesystem::path &folder, Store store, const StoreRequest &request,
                  const std::stop_token &stop, StoreListing &listing);

void sortByName(std::vector<StoredModel> &models);

} // namespace snug::library
