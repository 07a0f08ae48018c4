// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/fake_hub/http_message.h"
#include "tests/support/fake_hub/repository_store.h"

#include <optional>
#include <vector>

namespace snug::test {

// What the query of GET /api/models asks for, in its order, without paging; nullopt for a sort key that the
// Hub does not know. Private repositories only for those who may read them (`user` may be nullptr: nobody).
[[nodiscard]] std::optional<std::vector<const StoredRepository *>>
selectedModels(const RepositoryStore &store, const Request &request, const FakeUser *user);

// Sees the owner, a member of the organisation, and whom the repository names.
[[nodiscard]] bool mayRead(const FakeRepository &repository, const FakeUser *user);

} // namespace snug::test
