// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/fake_hub/reply.h"
#include "tests/support/fake_hub/repository_store.h"
#include "tests/support/fake_hub/signed_blobs.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <span>
#include <string>

namespace snug::test {

// What the Hub itself answers: the API and the resolver, without faults. One thread.
class HubAnswers {
public:
    HubAnswers(const FakeHubOptions &options, const HubClock &clock, const RepositoryStore &store,
               SignedBlobs &blobs)
        : m_options(options), m_clock(clock), m_store(store), m_blobs(blobs)
    {
    }
    // "http://127.0.0.1:PORT" of the Hub and of the content network, known once they listen.
    void setOrigins(std::string hub, std::string cdn);

    [[nodiscard]] Reply answer(const Request &request);

private:
    // Who asks. A token that nobody has is told by `valid`.
    struct Caller {
        const FakeUser *user = nullptr;
        bool anonymous = true;
        bool valid = true;
    };
    // Fixed windows of 300 s, as hub-docs' rate-limits page has them.
    struct Window {
        std::int64_t start = 0;
        std::int64_t used = 0;
    };
    using Segments = std::span<const std::string>;

    [[nodiscard]] Caller callerOf(const Request &request) const;
    [[nodiscard]] Reply route(const Request &request, const Caller &caller);
    [[nodiscard]] Reply routeModel(const Request &request, const Caller &caller, Segments segments);
    void tellRate(Reply &reply, bool resolver);

    [[nodiscard]] Reply whoAmI(const Caller &caller) const;
    [[nodiscard]] Reply listModels(const Request &request, const Caller &caller) const;
    [[nodiscard]] Reply model(const Request &request, const StoredRepository &repository,
                              const std::string &revision) const;
    [[nodiscard]] Reply tree(const Request &request, const StoredRepository &repository,
                             const std::string &revision, const std::string &folder) const;
    [[nodiscard]] Reply pathsInfo(const Request &request, const StoredRepository &repository,
                                  const std::string &revision) const;

    // resolver.cpp
    [[nodiscard]] Reply routeFile(const Request &request, const Caller &caller, Segments segments,
                                  std::size_t verb);
    [[nodiscard]] Reply resolve(const Request &request, const StoredRepository &repository,
                                const std::string &revision, const std::string &path);
    [[nodiscard]] Reply redirectToBlob(const StoredRepository &repository, const std::string &commit,
                                       const FakeFile &file);
    [[nodiscard]] Reply resolveCache(const Request &request, const Caller &caller, Segments segments) const;

    // The repository if this caller may see it, else nullptr and the refusal.
    [[nodiscard]] const StoredRepository *visible(const std::string &id, const Request &request,
                                                  const Caller &caller, Reply &refusal) const;
    // Why this caller may not have files of it.
    [[nodiscard]] static std::optional<Reply> refusedFiles(const StoredRepository &repository,
                                                           const Caller &caller);

    const FakeHubOptions &m_options;
    const HubClock &m_clock;
    const RepositoryStore &m_store;
    SignedBlobs &m_blobs;
    std::string m_hub;
    std::string m_cdn;
    Window m_apiWindow;
    Window m_resolverWindow;
    std::int64_t m_requests = 0;
};

[[nodiscard]] Reply jsonReply(const nlohmann::json &value);
// {"error": message} with X-Error-Code (unless empty) and X-Error-Message.
[[nodiscard]] Reply hubError(int status, const std::string &code, const std::string &message);
[[nodiscard]] Reply noSuchRevision(const std::string &revision);
[[nodiscard]] Reply noSuchEntry(const std::string &path, const std::string &revision);
[[nodiscard]] std::string joined(std::span<const std::string> segments);
// `asked` files of `from`, and the cursor of the next page if there is one.
struct Page {
    std::size_t from = 0;
    std::size_t to = 0;
};
// nullopt for a cursor that this Hub did not make.
[[nodiscard]] std::optional<Page> pageOf(const Request &request, std::size_t total, std::size_t size);
// Adds Link rel="next", with everything that was asked, unless this is the last page.
void linkNext(Reply &reply, const Request &request, const std::string &origin, const Page &page,
              std::size_t total);

} // namespace snug::test
