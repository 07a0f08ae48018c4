// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/fake_hub/file_body.h"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace snug::test {

struct FakeFile {
    std::string path; // told as it is, however hostile
    FileBody body;
    bool lfs = false;
    // What lists of files tell in place of the truth.
    std::optional<nlohmann::json> sizeSaid = std::nullopt;
    std::optional<nlohmann::json> sha256Said = std::nullopt;
};
[[nodiscard]] FakeFile lfsFile(std::string path, FileBody body);
[[nodiscard]] FakeFile smallFile(std::string path, std::string text);

// A repository at one commit.
struct Snapshot {
    std::string commit; // 40 hex digits; empty: made from the names and sizes
    std::vector<FakeFile> files;
};

struct FakeRepository {
    std::string id;          // "name" or "org/name"
    std::string commit = {}; // of the branch main; empty: made from the names and sizes
    std::vector<FakeFile> files = {};
    std::map<std::string, Snapshot> branches = {}; // besides main; also "refs/pr/1"
    std::map<std::string, std::string> tags = {};  // name -> commit
    std::vector<std::string> formerIds = {};       // answered with a redirect to `id`
    enum class Gate { Open, Automatic, Manual } gate = Gate::Open;
    bool isPrivate = false;
    bool disabled = false;
    std::set<std::string> readers = {}; // names of users who may read it though it is gated or private
    // The other keys of the Hub's answer: downloads, likes, tags, pipeline_tag, gguf, safetensors, cardData,
    // ...
    nlohmann::json details = nlohmann::json::object();
};

struct FakeUser {
    std::string name;
    std::vector<std::string> organisations = {};
    std::string role = "read"; // of the token
};

// 40 hex digits that stay the same as long as names and sizes do.
[[nodiscard]] std::string stableCommit(std::string_view id, const std::vector<FakeFile> &files);

} // namespace snug::test
