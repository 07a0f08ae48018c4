// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/fake_hub/fault.h"
#include "tests/support/fake_hub/hub_options.h"
#include "tests/support/fake_hub/repository.h"
#include "tests/support/fake_hub/request_log.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace snug::test {

// The Hugging Face Hub on loopback, for tests and for clicking through the program without internet:
// specs/hub.md section 6. Two origins on real sockets, each served by a thread of its own: the Hub (API and
// resolver) and the content network that the Hub redirects to. All functions from any one thread; clients
// from wherever.
class FakeHub {
public:
    explicit FakeHub(FakeHubOptions options = {});
    // Resets what is open.
    ~FakeHub();
    FakeHub(const FakeHub &) = delete;
    FakeHub &operator=(const FakeHub &) = delete;

    // "http://127.0.0.1:PORT", the value of HF_ENDPOINT; empty when the port of the options is taken.
    [[nodiscard]] std::string endpoint() const;
    [[nodiscard]] std::string cdnEndpoint() const;

    // Replaces the description of one that is there; its earlier commits stay.
    void addRepository(FakeRepository repository);
    // A new commit on a branch; false if there is no such repository.
    bool push(std::string_view id, const std::string &branch, Snapshot snapshot);
    // Every other token is refused.
    void addUser(std::string token, FakeUser user);

    // The number by which hits() tells how often it struck.
    std::size_t addFault(Fault fault);
    [[nodiscard]] int hits(std::size_t fault) const;
    void clearFaults();

    // For each connection to the content network; 0: as fast as it goes. Also for answers on their way.
    void setBytesPerSecond(std::int64_t cap);
    // The Hub's clock: signed URLs age, rate windows pass.
    void skipTime(std::chrono::seconds time);
    // Off: connecting to that origin is refused.
    void setListening(Origin origin, bool on);
    // Resets every connection, as after a sleep of the machine.
    void dropConnections();

    // In the order in which they came.
    [[nodiscard]] std::vector<LoggedRequest> requests() const;
    [[nodiscard]] std::vector<LoggedRequest> requests(Origin origin) const;
    // Only those whose target contains `part`.
    [[nodiscard]] std::vector<LoggedRequest> requests(Origin origin, std::string_view part) const;
    // Of bodies, all requests together.
    [[nodiscard]] std::int64_t bodyBytes(Origin origin) const;
    void clearLog();

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace snug::test
