// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/paths.h"
#include "core/download/transfer.h"
#include "core/hub/client.h"
#include "tests/core/hub_fixture.h"
#include "tests/support/fake_hub.h"

#include <QTemporaryDir>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

// What the tests of downloads share: a fake Hub with one file, and everything that fetchFile wants.
namespace snug::test {

// Passes at once where a download only waits; where it has connections, their silence passes quickly. Sockets
// stay real.
class IdleClock final : public download::Clock {
public:
    [[nodiscard]] Time now() const override { return Time(std::chrono::milliseconds(m_now)); }
    void wait(std::chrono::milliseconds atMost, const Poll &poll) override
    {
        constexpr std::chrono::milliseconds kNothingToCome(1);
        // Long enough that a busy machine is not taken for a silent server.
        constexpr std::chrono::milliseconds kSilence(50);
        const auto begun = std::chrono::steady_clock::now();
        const bool early = poll(std::min(atMost, m_onlyWaits ? kNothingToCome : kSilence));
        const auto real =
            std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
        advance(early ? std::min(real, atMost) : atMost);
    }

    void advance(std::chrono::milliseconds by) { m_now += by.count(); }
    void onlyWaits(bool yes) { m_onlyWaits = yes; }

private:
    std::atomic<std::int64_t> m_now = 3'600'000;
    std::atomic<bool> m_onlyWaits = false;
};

// The first and last byte of a "Range: bytes=a-b"; nullopt where it is another.
[[nodiscard]] inline std::optional<download::Span> rangeOf(const LoggedRequest &entry)
{
    const std::string range = entry.request.header("Range");
    const auto dash = range.find('-');
    if (!range.starts_with("bytes=") || dash == std::string::npos || dash + 1 == range.size())
        return std::nullopt;
    download::Span span;
    std::from_chars(range.data() + std::string("bytes=").size(), range.data() + dash, span.begin);
    std::from_chars(range.data() + dash + 1, range.data() + range.size(), span.end);
    return download::Span{span.begin, span.end + 1};
}

class TransferFixture {
public:
    static constexpr std::int64_t kPiece = download::PieceMap::kLeastPieceBytes;

    explicit TransferFixture(FileBody content = FileBody::virtualBytes(kModelBytes, 7, "GGUF"),
                             const std::string &path = "tiny-Q4_K_M.gguf", FakeHubOptions hubOptions = {})
        : hub(hubOptions), body(std::move(content))
    {
        FakeRepository repository{"acme/tiny", kCommit};
        repository.files = {lfsFile(path, body)};
        hub.addRepository(std::move(repository));
        request.identity = {hub.endpoint() + "/acme/tiny", kCommit, path};
        request.bytes = body.size();
        request.hash = {download::HashKind::Sha256, body.sha256()};
        request.part = folder() / "parts" / fromUtf8(path + ".part");
        request.target = folder() / "models" / fromUtf8(path);
        asksAsPull();
        options.clock = &clock;
        options.random = [] { return 0.5; }; // waits are 1, 2, 4 ... s
    }

    // The Hub's client asks for the first byte at every step, so that the content network is asked too.
    void asksAsPull(const std::string &token = {})
    {
        hub::ClientOptions clientOptions = optionsFor(hub);
        if (!token.empty())
            clientOptions.token = *hub::Token::parse(token, clientOptions.endpoint);
        request.resolve = [client = hub::Client(clientOptions), secret = clientOptions.token,
                           path = request.identity.path](const std::stop_token &stopping) {
            return sourceOf(client.resolve(id("acme/tiny"), kCommit, path, stopping), secret);
        };
    }

    // Only the Hub is asked: whatever the content network says, it says to the download.
    void asksTheHubOnly()
    {
        request.resolve = [wire = hub::Wire(optionsFor(hub)), path = request.identity.path](
                              const std::stop_token &token) -> Result<download::Source> {
            SNUG_TRY(const http::Url at, wire.at("acme/tiny/resolve/" + kCommit + "/" + path));
            SNUG_TRY(const http::HttpReply reply, wire.get(at, {}, token));
            if (!hub::isRedirect(reply))
                return tl::make_unexpected(
                    hub::errorOf(reply, wire.asked("acme/tiny", kCommit, path), wire.options().now()));
            SNUG_TRY(http::Url url, hub::redirectTarget(reply, at, wire.options().endpoint));
            download::Source source{std::move(url)};
            source.etag = std::string(reply.header("x-linked-etag")).substr(1, 64);
            return source;
        };
    }

    // As if the Hub told nothing but the address.
    void knowsNothing()
    {
        request.bytes = download::kUnknown;
        request.hash = {};
    }

    // One server, no Hub: `url` is where the bytes are.
    void asksAt(const std::string &url)
    {
        request.resolve = [address = *http::Url::parse(url)](const std::stop_token &) {
            return Result<download::Source>(download::Source{address});
        };
    }

    [[nodiscard]] Result<download::Done> run()
    {
        seen.clear();
        seenAt.clear();
        clock.onlyWaits(false);
        auto done = download::fetchFile(
            request, options, [this](const download::Status &status) { note(status); }, stop.get_token());
        m_ended = clock.now();
        return done;
    }

    // What a person would see: the final name, with exactly these bytes.
    [[nodiscard]] bool intact() const { return holds(request.target, body); }
    [[nodiscard]] bool nothingIsThere() const
    {
        return !std::filesystem::exists(request.target) && !std::filesystem::exists(request.part);
    }
    [[nodiscard]] static bool holds(const std::filesystem::path &file, const FileBody &content)
    {
        std::error_code code;
        std::string bytes(std::filesystem::file_size(file, code) ==
                                  static_cast<std::uintmax_t>(content.size())
                              ? static_cast<std::size_t>(content.size())
                              : 0,
                          '\0');
        std::ifstream in(file, std::ios::binary);
        in.read(bytes.data(), content.size());
        return in && bytes == content.bytes(0, content.size());
    }

    [[nodiscard]] std::filesystem::path folder() const { return fromUtf8(m_folder.path().toStdString()); }

    // Of the download itself, in the order in which they came; the question for the first byte is the Hub
    // client's.
    [[nodiscard]] std::vector<LoggedRequest> fetches() const
    {
        std::vector<LoggedRequest> found = hub.requests(Origin::Cdn);
        std::erase_if(
            found, [](const LoggedRequest &entry) { return entry.request.header("Range") == "bytes=0-0"; });
        return found;
    }
    // Bytes of the file that the content network sent for them.
    [[nodiscard]] std::int64_t servedBytes() const
    {
        std::int64_t bytes = 0;
        for (const LoggedRequest &entry : fetches())
            bytes += entry.status < 300 ? entry.bodyBytes : 0;
        return bytes;
    }
    // How often the Hub was asked where the file is.
    [[nodiscard]] std::size_t resolves() const { return hub.requests(Origin::Hub, "/resolve/").size(); }

    // It waited for that.
    [[nodiscard]] bool waitedFor(download::WaitReason reason) const
    {
        return std::ranges::any_of(seen,
                                   [reason](const auto &status) { return status.waitingFor == reason; });
    }
    // The waits for that, each as it was announced at its beginning.
    [[nodiscard]] std::vector<std::int64_t> waits(download::WaitReason reason) const
    {
        std::vector<std::int64_t> milliseconds;
        std::int64_t before = 0;
        for (const auto &status : seen) {
            const std::int64_t left = status.waitingFor == reason ? status.waitLeft.count() : 0;
            if (left > before)
                milliseconds.push_back(left);
            before = left;
        }
        return milliseconds;
    }
    // How long they lasted together.
    [[nodiscard]] std::chrono::milliseconds timeIn(download::WaitReason reason) const
    {
        std::chrono::nanoseconds sum(0);
        for (std::size_t i = 0; i < seen.size(); ++i) {
            const auto until = i + 1 < seen.size() ? seenAt[i + 1] : m_ended;
            sum += seen[i].waitingFor == reason ? until - seenAt[i] : std::chrono::nanoseconds(0);
        }
        return std::chrono::duration_cast<std::chrono::milliseconds>(sum);
    }

    FakeHub hub;
    FileBody body;
    IdleClock clock;
    download::FileRequest request;
    download::Options options;
    std::stop_source stop;
    std::function<void(const download::Status &)> watch; // on the thread of the download
    std::vector<download::Status> seen;
    std::vector<download::Clock::Time> seenAt;
    bool wentBackwards = false; // what is on the disk

private:
    static Result<download::Source> sourceOf(Result<hub::Location> found,
                                             const std::optional<hub::Token> &token)
    {
        if (!found)
            return tl::make_unexpected(std::move(found).error());
        download::Source source{found->url};
        if (found->keepToken && token)
            source.headers = {{"Authorization", "Bearer " + std::string(token->secretFor(found->url))}};
        source.etag = std::move(found->etag);
        source.bytes = found->bytes.value_or(download::kUnknown);
        source.commit = std::move(found->commit);
        return source;
    }

    void note(const download::Status &status)
    {
        if (!seen.empty() && seen.back().attempt == status.attempt)
            wentBackwards = wentBackwards || status.bytesOnDisk < seen.back().bytesOnDisk;
        clock.onlyWaits(status.state == download::State::Waiting);
        seen.push_back(status);
        seenAt.push_back(clock.now());
        if (watch)
            watch(status);
    }

    QTemporaryDir m_folder;
    download::Clock::Time m_ended; // of the last run
};

// For QVERIFY2.
template <class T> std::string whyNot(const Result<T> &result)
{
    if (result)
        return "no error";
    return std::string(kindName(result.error().kind)) + ": " + result.error().message + " (" +
           reasonOf(result) + ")";
}

} // namespace snug::test

#define FETCHED(outcome)                                                                                     \
    do {                                                                                                     \
        const auto &fetchOutcome = (outcome);                                                                \
        QVERIFY2(fetchOutcome.has_value(), snug::test::whyNot(fetchOutcome).c_str());                        \
    } while (false)
// It failed, with that kind.
#define FAILED_WITH(outcome, expected)                                                                       \
    do {                                                                                                     \
        const auto &fetchOutcome = (outcome);                                                                \
        QVERIFY2(!fetchOutcome.has_value() && fetchOutcome.error().kind == (expected),                       \
                 snug::test::whyNot(fetchOutcome).c_str());                                                  \
    } while (false)
