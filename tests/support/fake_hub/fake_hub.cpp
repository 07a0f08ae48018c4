// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub.h"

#include "tests/support/fake_hub/hub_answers.h"
#include "tests/support/fake_hub/listener.h"

#include <atomic>

namespace snug::test {

struct FakeHub::Parts {
    explicit Parts(const FakeHubOptions &given)
        : options(given)
        , blobs(options, clock)
        , answers(options, clock, store, blobs)
        , cdn({Origin::Cdn, [this](const Request &request) { return answer(Origin::Cdn, request); }, &log,
               &bytesPerSecond},
              options.cdnPort)
        , hub({Origin::Hub, [this](const Request &request) { return answer(Origin::Hub, request); }, &log,
               &noCap},
              options.hubPort)
    {
    }

    Reply answer(Origin origin, const Request &request)
    {
        Reply reply = origin == Origin::Hub ? answers.answer(request) : blobs.answer(request);
        setHeader(reply.headers, "Date", httpDate(clock.now()));
        faults.strike(origin, request, reply);
        if (request.method == "HEAD" && !reply.noHead)
            reply.parts.clear();
        return reply;
    }

    FakeHubOptions options;
    HubClock clock;
    RepositoryStore store;
    SignedBlobs blobs;
    HubAnswers answers;
    FaultPlan faults;
    RequestLog log;
    std::atomic<std::int64_t> bytesPerSecond = 0;
    const std::atomic<std::int64_t> noCap = 0;
    Listener cdn;
    Listener hub;
};

FakeHub::FakeHub(FakeHubOptions options) : m_parts(std::make_unique<Parts>(options))
{
    m_parts->answers.setOrigins(m_parts->hub.url(), m_parts->cdn.url());
    m_parts->faults.setOrigins(m_parts->hub.url(), m_parts->cdn.url());
}

FakeHub::~FakeHub() = default;

std::string FakeHub::endpoint() const
{
    return m_parts->hub.url();
}

std::string FakeHub::cdnEndpoint() const
{
    return m_parts->cdn.url();
}

void FakeHub::addRepository(FakeRepository repository)
{
    m_parts->store.add(std::move(repository));
}

bool FakeHub::push(std::string_view id, const std::string &branch, Snapshot snapshot)
{
    return m_parts->store.push(id, branch, std::move(snapshot));
}

void FakeHub::addUser(std::string token, FakeUser user)
{
    m_parts->store.addUser(std::move(token), std::move(user));
}

std::size_t FakeHub::addFault(Fault fault)
{
    return m_parts->faults.add(std::move(fault));
}

int FakeHub::hits(std::size_t fault) const
{
    return m_parts->faults.hits(fault);
}

void FakeHub::clearFaults()
{
    m_parts->faults.clear();
}

void FakeHub::setBytesPerSecond(std::int64_t cap)
{
    m_parts->bytesPerSecond = cap;
}

void FakeHub::skipTime(std::chrono::seconds time)
{
    m_parts->clock.skip(time);
}

void FakeHub::setListening(Origin origin, bool on)
{
    (origin == Origin::Hub ? m_parts->hub : m_parts->cdn).setListening(on);
}

void FakeHub::dropConnections()
{
    m_parts->hub.dropConnections();
    m_parts->cdn.dropConnections();
}

std::vector<LoggedRequest> FakeHub::requests() const
{
    return m_parts->log.all();
}

std::vector<LoggedRequest> FakeHub::requests(Origin origin) const
{
    return requests(origin, {});
}

std::vector<LoggedRequest> FakeHub::requests(Origin origin, std::string_view part) const
{
    std::vector<LoggedRequest> chosen = m_parts->log.all();
    std::erase_if(chosen, [origin, part](const LoggedRequest &entry) {
        return entry.origin != origin || entry.request.target.find(part) == std::string::npos;
    });
    return chosen;
}

std::int64_t FakeHub::bodyBytes(Origin origin) const
{
    std::int64_t sum = 0;
    for (const LoggedRequest &entry : requests(origin))
        sum += entry.bodyBytes;
    return sum;
}

void FakeHub::clearLog()
{
    m_parts->log.clear();
}

} // namespace snug::test
