// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/http/exchange.h"

#include "core/http/curl_handles.h"
#include "core/http/url.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace snug::http {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kPollMs = 100;
constexpr std::size_t kErrorBodyBytes = 64 * 1024; // of a reply that is not a success
constexpr std::size_t kHeadBytes = 64 * 1024;

// What the callbacks of one transfer share.
struct Transfer {
    const HttpReceiver *receiver = nullptr;
    std::int64_t limitBytes = 0;
    std::int64_t enoughBytes = 0;
    CURL *easy = nullptr;
    std::int64_t received = 0;
    std::string body;
    std::vector<Header> headers;
    std::size_t headBytes = 0;
    std::optional<Error> failure;
    bool enough = false; // the rest is not worth waiting for
    Clock::time_point lastByte;
};

bool isSuccess(long status)
{
    return status >= 200 && status < 300;
}

// False ends the transfer.
bool take(Transfer &transfer, std::string_view bytes)
{
    long status = 0;
    curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    if (!isSuccess(status)) {
        transfer.body += bytes.substr(0, kErrorBodyBytes - transfer.body.size());
        transfer.enough = transfer.body.size() == kErrorBodyBytes;
        return !transfer.enough;
    }
    if (transfer.enoughBytes > 0) {
        bytes = bytes.substr(0, static_cast<std::size_t>(transfer.enoughBytes - transfer.received));
        transfer.enough = static_cast<std::int64_t>(bytes.size()) == transfer.enoughBytes - transfer.received;
    }
    transfer.received += static_cast<std::int64_t>(bytes.size());
    Result<void> taken;
    if (transfer.received > transfer.limitBytes)
        taken =
            fail(ErrorKind::TooLarge, "The server's answer is too long.", {{"limit", transfer.limitBytes}});
    else if (*transfer.receiver)
        taken = (*transfer.receiver)(bytes);
    else
        transfer.body += bytes;
    if (!taken)
        transfer.failure = taken.error();
    return taken.has_value() && !transfer.enough;
}

std::size_t onBytes(char *data, std::size_t, std::size_t size, void *user)
{
    auto &transfer = *static_cast<Transfer *>(user);
    transfer.lastByte = Clock::now();
    return take(transfer, {data, size}) ? size : CURL_WRITEFUNC_ERROR;
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kBlank = " \t\r\n";
    const auto first = text.find_first_not_of(kBlank);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

void takeHeaderLine(Transfer &transfer, std::string_view line)
{
    if (line.starts_with("HTTP/")) { // another answer begins, after a "100 Continue" for example
        transfer.headers.clear();
        transfer.headBytes = 0;
    }
    transfer.headBytes += line.size();
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || transfer.headBytes > kHeadBytes)
        return;
    std::string name(trimmed(line.substr(0, colon)));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    transfer.headers.push_back({std::move(name), std::string(trimmed(line.substr(colon + 1)))});
}

std::size_t onHeader(char *data, std::size_t, std::size_t size, void *user)
{
    auto &transfer = *static_cast<Transfer *>(user);
    takeHeaderLine(transfer, {data, size});
    return size;
}

bool fitsOneLine(std::string_view text, unsigned char firstAllowed)
{
    return std::all_of(text.begin(), text.end(), [firstAllowed](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= firstAllowed && byte != 0x7F;
    });
}

Result<HeaderList> headersOf(const HttpRequest &request)
{
    HeaderList headers;
    append(headers, "Accept: " + request.accept);
    if (request.body) {
        append(headers, "Content-Type: application/json");
        append(headers, "Expect:");
    }
    if (!fitsOneLine(request.bearer, 0x21))
        return fail(ErrorKind::InvalidArgument, "The API key contains blanks or control characters.", {},
                    "Enter the key again.");
    if (!request.bearer.empty())
        append(headers, "Authorization: Bearer " + request.bearer);
    for (const Header &header : request.headers) {
        if (!fitsOneLine(header.name, 0x21) || !fitsOneLine(header.value, 0x20))
            return fail(ErrorKind::InvalidArgument, "A header of the request contains control characters.",
                        {{"header", header.name}});
        append(headers, header.name + ": " + header.value);
    }
    return headers;
}

void configure(CURL *easy, const HttpRequest &request, const Url &url, curl_slist *headers,
               Transfer &transfer)
{
    curl_easy_setopt(easy, CURLOPT_URL, url.text().c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connectTimeout.count()));
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &onHeader);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &onBytes);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
    if (request.compressed)
        curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    if (url.loopback())
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (request.body) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body->c_str());
    }
}

tl::unexpected<Error> stalled(const Url &url, std::chrono::milliseconds patience)
{
    return fail(ErrorKind::Network, "The server stopped answering.",
                {{"server", url.shown()}, {"waited_ms", static_cast<std::int64_t>(patience.count())}},
                "Try again, or restart the server.");
}

// Runs the transfer to its end; curl's own code of how it went.
Result<CURLcode> drive(CURLM *multi, const HttpRequest &request, const Url &url, Transfer &transfer,
                       const std::stop_token &stop)
{
    const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
    const auto begun = Clock::now();
    for (;;) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "The request was cancelled.");
        int running = 0;
        if (curl_multi_perform(multi, &running) != CURLM_OK)
            return fail(ErrorKind::Internal, "The connection could not be driven.",
                        {{"server", url.shown()}});
        int queued = 0;
        if (const CURLMsg *message = curl_multi_info_read(multi, &queued); message != nullptr)
            return message->data.result;
        const auto since = std::max(begun, transfer.lastByte);
        if (Clock::now() - since > request.stallTimeout)
            return stalled(url, request.stallTimeout);
        if (request.totalTimeout.count() > 0 && Clock::now() - begun > request.totalTimeout)
            return stalled(url, request.totalTimeout);
        curl_multi_poll(multi, nullptr, 0, kPollMs, nullptr);
    }
}

// The proxy's own answer to the wish to be connected.
tl::unexpected<Error> proxyError(long status, const Url &url)
{
    return fail(ErrorKind::Network,
                "The network's proxy refuses to connect to " + url.shown() + " (status " +
                    std::to_string(status) + ").",
                {{"server", url.shown()}, {"reason", std::string("proxy")}, {"status", std::int64_t{status}}},
                status == 407 ? "The proxy wants a user name and password."
                              : "Ask who runs the network to allow this address.");
}

tl::unexpected<Error> networkError(CURLcode code, CURL *easy, const Url &url)
{
    long connectStatus = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &connectStatus);
    if (connectStatus >= 300)
        return proxyError(connectStatus, url);
    const auto explain = [code, &url](std::string message, std::string hint) {
        return fail(ErrorKind::Network, std::move(message),
                    {{"server", url.shown()}, {"reason", std::string(curl_easy_strerror(code))}},
                    std::move(hint));
    };
    switch (code) {
    case CURLE_COULDNT_CONNECT:
        return explain("No server answers at " + url.shown() + ".",
                       "Start the server, or check the address.");
    case CURLE_COULDNT_RESOLVE_HOST:
        return explain("There is no computer named " + url.host() + ".",
                       "Check the address and the network.");
    case CURLE_COULDNT_RESOLVE_PROXY:
        return explain("The network's proxy was not found.", "Check the proxy's address.");
    case CURLE_OPERATION_TIMEDOUT:
        return explain("The server at " + url.shown() + " did not answer in time.", "Try again later.");
    case CURLE_PEER_FAILED_VERIFICATION:
        return fail(ErrorKind::Network, "The server's identity could not be verified.",
                    {{"server", url.shown()}, {"reason", std::string("certificate")}},
                    "Check its certificate and the clock.");
    case CURLE_SSL_CONNECT_ERROR:
        return explain("A secure connection to " + url.shown() + " could not be made.",
                       "Check the proxy, and whether the network wants a sign-in in the browser.");
    default:
        return explain("The connection to the server broke.", "Try again.");
    }
}

} // namespace

std::string_view HttpReply::header(std::string_view name) const
{
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [name](const Header &header) { return header.name == name; });
    return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

Result<HttpReply> exchange(const HttpRequest &request, const HttpReceiver &receiver,
                           const std::stop_token &stop)
{
    if (auto ready = prepareLibrary(); !ready)
        return tl::make_unexpected(std::move(ready).error());
    SNUG_TRY(const Url url, Url::parse(request.url));
    SNUG_TRY(const HeaderList headers, headersOf(request));
    const Multi multi(curl_multi_init());
    const Easy easy(curl_easy_init());
    if (!multi || !easy)
        return fail(ErrorKind::Internal, "The network library could not be started.");

    Transfer transfer;
    transfer.receiver = &receiver;
    transfer.limitBytes = request.limitBytes;
    transfer.enoughBytes = request.enoughBytes;
    transfer.easy = easy.get();
    configure(easy.get(), request, url, headers.get(), transfer);
    curl_multi_add_handle(multi.get(), easy.get());
    const Result<CURLcode> code = drive(multi.get(), request, url, transfer, stop);
    curl_multi_remove_handle(multi.get(), easy.get());
    if (!code)
        return tl::make_unexpected(code.error());
    if (transfer.failure)
        return tl::make_unexpected(*std::move(transfer.failure));
    if (*code != CURLE_OK && !transfer.enough)
        return networkError(*code, easy.get(), url);

    HttpReply reply;
    reply.body = std::move(transfer.body);
    reply.headers = std::move(transfer.headers);
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &reply.status);
    const char *type = nullptr;
    curl_easy_getinfo(easy.get(), CURLINFO_CONTENT_TYPE, &type);
    reply.contentType = type == nullptr ? "" : type;
    return reply;
}

} // namespace snug::http
