// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/download/poller.h"
#include "core/download/transfer.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>

namespace snug::download {

// One libcurl handle that fetches one range after the other, over one kept connection where the server lets
// it. Answers are judged before a byte of them goes on. One thread, its poller's. Never moves, because
// libcurl knows its address.
class Connection {
public:
    // The next bytes of the body. False: enough; an error ends the request with it.
    using Receiver = std::function<Result<bool>(std::span<const std::byte>)>;

    // How a request ended.
    struct Ending {
        std::optional<Refusal> refusal; // nullopt: as it should
        bool accepted = false;          // the answer was taken, whatever became of it
    };

    Connection(Poller &poller, const Options &options);
    ~Connection();
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    // Fails with Internal, or InvalidArgument where a header cannot be sent. REQUIRES: !busy().
    [[nodiscard]] Result<void> start(const Source &source, const AskedRange &asked, Receiver receiver);
    // Ends the request; its connection is closed.
    void abort();
    // After libcurl said that the request is over.
    [[nodiscard]] Ending finish(CURLcode code);

    [[nodiscard]] bool busy() const { return m_busy; }
    [[nodiscard]] CURL *handle() const { return m_easy.get(); }
    // Of the answer; nullopt until it was judged and taken.
    [[nodiscard]] const std::optional<AcceptedRange> &accepted() const { return m_accepted; }

private:
    [[nodiscard]] Result<http::HeaderList> headersOf(const Source &source) const;
    void configure(const Source &source);
    void judge();
    [[nodiscard]] bool take(std::span<const std::byte> bytes);
    void takeHeaderLine(std::string_view line);
    [[nodiscard]] Refusal refusalOf(CURLcode code) const;
    static std::size_t onBody(char *data, std::size_t one, std::size_t size, void *user);
    static std::size_t onHeader(char *data, std::size_t one, std::size_t size, void *user);

    Poller &m_poller;
    const Options &m_options;
    http::Easy m_easy;
    http::HeaderList m_headers;
    bool m_busy = false;
    // Of the request:
    std::optional<http::Url> m_url;
    AskedRange m_asked;
    Receiver m_receiver;
    http::HttpReply m_head;
    std::size_t m_headBytes = 0;
    bool m_judged = false;
    std::optional<AcceptedRange> m_accepted;
    std::optional<Refusal> m_refusal;
    bool m_enough = false;
    std::int64_t m_unwanted = 0; // bytes of a refused answer's body
};

} // namespace snug::download
