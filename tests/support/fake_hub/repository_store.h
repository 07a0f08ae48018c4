// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/fake_hub/repository.h"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace snug::test {

// A repository with everything that was ever pushed to it.
struct StoredRepository {
    FakeRepository said; // without `files` and `branches`, which are below
    std::map<std::string, std::vector<FakeFile>> commits;
    std::map<std::string, std::string> branches; // name -> commit
    // Of a branch, tag or commit.
    [[nodiscard]] std::optional<std::string> commitOf(std::string_view revision) const;
};

// What the fake Hub has. Guarded: hold lock() while using anything of it.
class RepositoryStore {
public:
    [[nodiscard]] std::unique_lock<std::mutex> lock() const { return std::unique_lock(m_mutex); }

    // Replaces the description of a repository that is there; its earlier commits stay.
    void add(FakeRepository repository);
    // Moves the branch; false if there is no such repository.
    bool push(std::string_view id, const std::string &branch, Snapshot snapshot);
    void addUser(std::string token, FakeUser user);

    // In whatever case; nullptr if there is none.
    [[nodiscard]] const StoredRepository *find(std::string_view id) const;
    // The id of the repository that once was `id`.
    [[nodiscard]] std::optional<std::string> movedTo(std::string_view id) const;
    [[nodiscard]] const FakeUser *userOf(std::string_view token) const;
    [[nodiscard]] const std::map<std::string, StoredRepository> &all() const { return m_repositories; }

private:
    mutable std::mutex m_mutex;
    std::map<std::string, StoredRepository> m_repositories; // by lower-case id
    std::map<std::string, FakeUser, std::less<>> m_users;   // by token
};

} // namespace snug::test
