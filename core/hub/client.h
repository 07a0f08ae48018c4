// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/hub/card.h"
#include "core/hub/listing.h"
#include "core/hub/location.h"
#include "core/hub/model_row.h"
#include "core/hub/names.h"
#include "core/hub/search.h"
#include "core/hub/wire.h"

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace snug::hub {

// A repository at one commit.
struct Repository {
    ModelRow model;              // with the id that the Hub uses now
    std::string commit;          // 40 hex digits: what to ask for from here on
    std::optional<RepoId> alias; // the id that was asked for, where it is another: the model was renamed

    bool operator==(const Repository &) const = default;
};

// The Hugging Face Hub, or a mirror. Every call blocks its thread, returns within 100 ms of a stop and waits
// for nothing by itself; calls may run on several threads at once. Errors: Cancelled; Network (detail reason
// "offline" without a request, "portal"); those of errorOf; Protocol and TooLarge for answers that are not
// the Hub's; InvalidArgument for what cannot be asked.
class Client {
public:
    explicit Client(ClientOptions options) : m_wire(std::move(options)) {}

    [[nodiscard]] Result<SearchPage> search(const SearchQuery &query, const std::stop_token &stop) const;
    // The page behind `page`, of which `next` must be there.
    [[nodiscard]] Result<SearchPage> searchNext(const SearchPage &page, const std::stop_token &stop) const;

    // `revision`: a branch, tag or commit; empty: the main one.
    [[nodiscard]] Result<Repository> repository(const RepoId &id, std::string_view revision,
                                                const std::stop_token &stop) const;

    // All files in all folders at `commit`; those with unsafe names are told beside the others.
    [[nodiscard]] Result<Listing> files(const RepoId &id, std::string_view commit,
                                        const std::stop_token &stop) const;

    // Its README.md; NotFound if it has none.
    [[nodiscard]] Result<Card> card(const RepoId &id, std::string_view commit,
                                    const std::stop_token &stop) const;

    // Where the bytes of a file are, by asking for the first of them. Counts as a download at the Hub.
    [[nodiscard]] Result<Location> resolve(const RepoId &id, std::string_view commit, std::string_view path,
                                           const std::stop_token &stop) const;

    // What a request for its bytes has to carry: who asks, and the token where all of the way was at the Hub.
    [[nodiscard]] std::vector<http::Header> headersFor(const Location &location) const;

    // The page for people, where access is requested.
    [[nodiscard]] Result<http::Url> page(const RepoId &id) const { return m_wire.at(id.text()); }

private:
    [[nodiscard]] Result<SearchPage> searchAt(Pages pages, const std::stop_token &stop) const;

    Wire m_wire;
};

} // namespace snug::hub
