// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/fake_hub/repository_store.h"

#include <nlohmann/json.hpp>

#include <span>
#include <string>
#include <vector>

// The JSON in which the Hub tells about repositories and files (hub-docs, /.well-known/openapi.json).
namespace snug::test {

// Which keys of a model are told.
struct ModelDetail {
    std::vector<std::string> expand; // when not empty: these and the id alone
    bool full = false;               // author, sha, gated, siblings, ...
    bool config = false;
    bool cardData = false;
    bool blobs = false; // sizes and hashes of siblings
    bool security = false;
};

// Every key that `expand` knows.
[[nodiscard]] std::span<const std::string_view> expandableKeys();
// REQUIRES: the repository has `commit`.
[[nodiscard]] nlohmann::json modelView(const StoredRepository &repository, const std::string &commit,
                                       const ModelDetail &detail);
[[nodiscard]] nlohmann::json fileView(const FakeFile &file, bool expand);
[[nodiscard]] nlohmann::json folderView(const std::string &path);
[[nodiscard]] nlohmann::json refsView(const StoredRepository &repository);
// The parameters that the repository's `gguf` or `safetensors` key tells; 0 if neither does.
[[nodiscard]] std::int64_t parametersOf(const StoredRepository &repository);

} // namespace snug::test
