// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

// What this computer taught is kept in files of the data folder, each {"schema":1,"<list>":[RECORD...]}.
namespace snug::fit {

// All records, unchecked; none without such a file, or of one that is damaged or larger than a megabyte.
[[nodiscard]] std::vector<nlohmann::json> readRecords(const std::filesystem::path &file, const char *list);

// Fails as replaceFile.
[[nodiscard]] Result<void> writeRecords(const std::filesystem::path &file, const char *list,
                                        std::vector<nlohmann::json> records);

// nullopt if the record is no object, or that field no text of at most `most` bytes.
[[nodiscard]] std::optional<std::string> recordText(const nlohmann::json &record, const char *field,
                                                    std::size_t most);

} // namespace snug::fit
