// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace snug::download {
namespace {

constexpr long kMostBufferBytes = 512 * 1024;
constexpr std::size_t kHeadBytes = 64 * 1024;
constexpr std::int64_t kUnwantedBytes = 64 * 1024; // read on so far, to keep the connection

bool fitsOneLine(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x20 && byte != 0x7F;
    });
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kBlank = " \t\r\n";
    const auto first = text.find_first_not_of(kBlank);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Less at a time under a limit, so that its speed is even.
long bufferBytes(const TokenBucket *limit)
{
    constexpr std::int64_t kLeast = 16 * 1024;
    constexpr std::int64_t kParts = 50;
    if (limit == nullptr || limit->rate() == 0)
        return kMostBufferBytes;
    return static_cast<long>(std::clamp<std::int64_t>(limit->rate() / kParts, kLeast, kMostBufferBytes));
}

} // namespace

Connection::Connection(Poller &poller, const Options &options)
    : m_poller(poller), m_options(options), m_easy(curl_easy_init())
{
}

Connection::~Connection()
{
    abort();
}

Result<http::HeaderList> Connection::headersOf(const Source &source) const
{
    http::HeaderList headers;
    append(headers, "Accept-Encoding: identity");
    append(headers, "Accept: */*");
    for (const http::Header &header : source.headers) {
        if (!fitsOneLine(header.name) || !fitsOneLine(header.value))
            return fail(ErrorKind::InvalidArgument, "A header of the request contains control characters.",
                        {{"header", header.name}});
        append(headers, header.name + ": " + header.value);
    }
    return headers;
}

Result<void> Connection::start(const Source &source, const AskedRange &asked, Receiver receiver)
{
    if (!m_easy)
        return fail(ErrorKind::Internal, "The network library could not be started.");
    SNUG_TRY(m_headers, headersOf(source));
    m_url = source.url;
    m_asked = asked;
    m_receiver = std::move(receiver);
    m_head = {};
    m_headBytes = 0;
    m_judged = false;
    m_accepted.reset();
    m_refusal.reset();
    m_enough = false;
    m_unwanted = 0;
    configure(source);
    if (curl_multi_add_handle(m_poller.multi(), m_easy.get()) != CURLM_OK)
        return fail(ErrorKind::Internal, "A connection could not be started.");
    m_busy = true;
    return {};
}

void Connection::configure(const Source &source)
{
    CURL *easy = m_easy.get();
    curl_easy_reset(easy); // keeps the connections and the names that were looked up
    const std::string range = m_asked.bytes.end == kUnknown
                                  ? fmt::format("{}-", m_asked.bytes.begin)
                                  : fmt::format("{}-{}", m_asked.bytes.begin, m_asked.bytes.end - 1);
    curl_easy_setopt(easy, CURLOPT_URL, source.url.text().c_str());
    curl_easy_setopt(easy, CURLOPT_RANGE, range.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, m_headers.get());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, source.url.loopback() ? "http,https" : "https");
    // One socket a range: over HTTP/2 all of them would share one.
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(m_options.connectTimeout.count()));
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, bufferBytes(m_options.limit));
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "snug"); // unless the source's headers name another
    if (source.url.loopback())
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    else if (!m_options.proxy.empty())
        curl_easy_setopt(easy, CURLOPT_PROXY, m_options.proxy.c_str());
    if (!m_options.caFile.empty())
        curl_easy_setopt(easy, CURLOPT_CAINFO, m_options.caFile.c_str());
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Connection::onHeader);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Connection::onBody);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
}

void Connection::abort()
{
    if (std::exchange(m_busy, false))
        curl_multi_remove_handle(m_poller.multi(), m_easy.get());
}

void Connection::judge()
{
    m_judged = true;
    curl_easy_getinfo(m_easy.get(), CURLINFO_RESPONSE_CODE, &m_head.status);
    m_head.contentType = m_head.header("content-type");
    auto judged = judgeAnswer(m_head, m_asked, *m_url);
    if (judged)
        m_accepted = *judged;
    else
        m_refusal = std::move(judged).error();
}

bool Connection::take(std::span<const std::byte> bytes)
{
    if (!m_judged)
        judge();
    if (!m_accepted) {
        // Who contradicts itself about lengths may have left anything on the connection.
        if (m_refusal->reason == RetryClass::Mismatch)
            return false;
        m_unwanted += static_cast<std::int64_t>(bytes.size());
        return m_unwanted <= kUnwantedBytes;
    }
    const Result<bool> more = m_receiver(bytes);
    if (!more)
        m_refusal = Refusal{RetryClass::Local, more.error()};
    m_enough = more && !*more;
    return more && *more;
}

std::size_t Connection::onBody(char *data, std::size_t, std::size_t size, void *user)
{
    auto &self = *static_cast<Connection *>(user);
    return self.take(std::as_bytes(std::span(data, size))) ? size : CURL_WRITEFUNC_ERROR;
}

void Connection::takeHeaderLine(std::string_view line)
{
    if (line.starts_with("HTTP/")) { // another answer begins, after a "100 Continue" or a proxy's
        m_head.headers.clear();
        m_headBytes = 0;
    }
    m_headBytes += line.size();
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || m_headBytes > kHeadBytes)
        return;
    std::string name(trimmed(line.substr(0, colon)));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    m_head.headers.push_back({std::move(name), std::string(trimmed(line.substr(colon + 1)))});
}

std::size_t Connection::onHeader(char *data, std::size_t, std::size_t size, void *user)
{
    static_cast<Connection *>(user)->takeHeaderLine({data, size});
    return size;
}

Connection::Ending Connection::finish(CURLcode code)
{
    abort();
    if (!m_judged && code == CURLE_OK)
        judge(); // there was no body
    Ending ending{std::nullopt, m_accepted.has_value()};
    if (m_refusal)
        ending.refusal = std::move(m_refusal);
    else if (code != CURLE_OK && !m_enough)
        ending.refusal = refusalOf(code);
    return ending;
}

Refusal Connection::refusalOf(CURLcode code) const
{
    long connectCode = 0;
    curl_easy_getinfo(m_easy.get(), CURLINFO_HTTP_CONNECTCODE, &connectCode);
    constexpr long kFirstError = 400;
    const bool proxyRefused = connectCode >= kFirstError;
    long connects = 0;
    curl_easy_getinfo(m_easy.get(), CURLINFO_NUM_CONNECTS, &connects);
    // Addresses were checked, so this is an answer without a status line, taken for HTTP/0.9. On a connection
    // that was used before it may be what the answer before this one left there.
    const bool isGarbage = code == CURLE_UNSUPPORTED_PROTOCOL;
    const bool isLeftOver = isGarbage && connects == 0;
    const RetryClass reason = proxyRefused               ? RetryClass::Proxy
                              : isGarbage && !isLeftOver ? RetryClass::Mismatch
                                                         : classOf(isLeftOver ? CURLE_RECV_ERROR : code);
    const std::string server = m_url->shown();
    Error error{ErrorKind::Network,
                fmt::format("The connection to {} broke.", server),
                {{"server", server}, {"reason", std::string(curl_easy_strerror(code))}},
                "Check the network."};
    if (reason == RetryClass::Trust) {
        error.message = fmt::format("The identity of {} could not be verified.", server);
        error.hint = "A proxy that looks into connections needs its certificate in the settings; also check "
                     "the clock.";
    } else if (reason == RetryClass::Proxy) {
        error.message = fmt::format("The proxy does not let {} through.", server);
        error.hint = "Check the proxy's address, name and password.";
    } else if (code == CURLE_SSL_CONNECT_ERROR) {
        error.message = fmt::format("A secure connection to {} could not be made.", server);
        error.hint = "Check the proxy, and whether the network wants a sign-in in the browser.";
    } else if (code == CURLE_COULDNT_CONNECT) {
        error.message = fmt::format("{} does not answer.", server);
    } else if (code == CURLE_COULDNT_RESOLVE_HOST) {
        error.message = fmt::format("There is no computer named {}, or no network.", m_url->host());
    } else if (reason == RetryClass::Mismatch) {
        error.kind = ErrorKind::Protocol;
        error.message = fmt::format("{} sends an answer that cannot be read.", server);
    }
    return {reason, std::move(error)};
}

} // namespace snug::download
