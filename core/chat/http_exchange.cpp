// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/http_exchange.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace snug::chat {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kPollMs = 100;
constexpr std::size_t kErrorBodyBytes = 64 * 1024; // of a reply that is not a success

template <auto release> struct Releaser {
    template <class T> void operator()(T *handle) const { release(handle); }
};
using Easy = std::unique_ptr<CURL, Releaser<&curl_easy_cleanup>>;
using Multi = std::unique_ptr<CURLM, Releaser<&curl_multi_cleanup>>;
using Headers = std::unique_ptr<curl_slist, Releaser<&curl_slist_free_all>>;
using Url = std::unique_ptr<CURLU, Releaser<&curl_url_cleanup>>;

struct Place {
    std::string host;
    std::string shown; // host:port, for errors: no path, no user
    bool loopback = false;
};

std::optional<std::string> urlPart(CURLU *url, CURLUPart part, unsigned int flags = 0)
{
    char *text = nullptr;
    if (curl_url_get(url, part, &text, flags) != CURLUE_OK)
        return std::nullopt;
    std::string copy(text);
    curl_free(text);
    return copy;
}

Result<Place> placeOf(const std::string &address)
{
    const Url url(curl_url());
    const auto refuse = [](std::string reason) {
        return fail(ErrorKind::InvalidArgument, "The server's address cannot be used: " + reason + ".", {},
                    "An address looks like http://127.0.0.1:8080.");
    };
    if (curl_url_set(url.get(), CURLUPART_URL, address.c_str(), 0) != CURLUE_OK)
        return refuse("it is no URL");
    const auto scheme = urlPart(url.get(), CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https")
        return refuse("only http and https are spoken");
    if (urlPart(url.get(), CURLUPART_USER) || urlPart(url.get(), CURLUPART_PASSWORD))
        return refuse("it contains a user name or password");
    Place place;
    place.host = urlPart(url.get(), CURLUPART_HOST).value_or("");
    place.shown = place.host + ":" + urlPart(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or("");
    place.loopback =
        place.host == "localhost" || place.host == "[::1]" ||
        (place.host.starts_with("127.") && place.host.find_first_not_of("0123456789.") == std::string::npos);
    return place;
}

// What the callbacks of one transfer share.
struct Transfer {
    const HttpReceiver *receiver = nullptr;
    std::int64_t limitBytes = 0;
    CURL *easy = nullptr;
    std::int64_t received = 0;
    std::string body;
    std::optional<Error> failure;
    bool enough = false; // the rest of a failure's text is not worth waiting for
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
    transfer.received += static_cast<std::int64_t>(bytes.size());
    Result<void> taken;
    if (transfer.received > transfer.limitBytes)
        taken = fail(ErrorKind::TooLarge, "The server's answer is too long.",
                     {{"limit", transfer.limitBytes}}, "Ask for fewer tokens.");
    else if (*transfer.receiver)
        taken = (*transfer.receiver)(bytes);
    else
        transfer.body += bytes;
    if (!taken)
        transfer.failure = taken.error();
    return taken.has_value();
}

std::size_t onBytes(char *data, std::size_t, std::size_t size, void *user)
{
    auto &transfer = *static_cast<Transfer *>(user);
    transfer.lastByte = Clock::now();
    return take(transfer, {data, size}) ? size : CURL_WRITEFUNC_ERROR;
}

Result<Headers> headersOf(const HttpRequest &request)
{
    Headers headers;
    const auto add = [&headers](const std::string &line) {
        headers.reset(curl_slist_append(headers.release(), line.c_str()));
    };
    add("Accept: application/json, text/event-stream");
    if (request.body) {
        add("Content-Type: application/json");
        add("Expect:");
    }
    if (std::any_of(request.bearer.begin(), request.bearer.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x21 || c == 0x7F; }))
        return fail(ErrorKind::InvalidArgument, "The API key contains blanks or control characters.", {},
                    "Enter the key again.");
    if (!request.bearer.empty())
        add("Authorization: Bearer " + request.bearer);
    return headers;
}

void configure(CURL *easy, const HttpRequest &request, const Place &place, curl_slist *headers,
               Transfer &transfer)
{
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connectTimeout.count()));
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &onBytes);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
    if (place.loopback)
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (request.body) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body->c_str());
    }
}

tl::unexpected<Error> stalled(const Place &place, std::chrono::milliseconds patience)
{
    return fail(ErrorKind::Network, "The server stopped answering.",
                {{"server", place.shown}, {"waited_ms", static_cast<std::int64_t>(patience.count())}},
                "Try again, or restart the server.");
}

// Runs the transfer to its end; curl's own code of how it went.
Result<CURLcode> drive(CURLM *multi, const HttpRequest &request, const Place &place, Transfer &transfer,
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
                        {{"server", place.shown}});
        int queued = 0;
        if (const CURLMsg *message = curl_multi_info_read(multi, &queued); message != nullptr)
            return message->data.result;
        const auto since = std::max(begun, transfer.lastByte);
        if (Clock::now() - since > request.stallTimeout)
            return stalled(place, request.stallTimeout);
        curl_multi_poll(multi, nullptr, 0, kPollMs, nullptr);
    }
}

tl::unexpected<Error> networkError(CURLcode code, const Place &place)
{
    const auto explain = [code, &place](std::string message, std::string hint) {
        return fail(ErrorKind::Network, std::move(message),
                    {{"server", place.shown}, {"reason", std::string(curl_easy_strerror(code))}},
                    std::move(hint));
    };
    switch (code) {
    case CURLE_COULDNT_CONNECT:
        return explain("No server answers at " + place.shown + ".",
                       "Start the server, or check the address.");
    case CURLE_COULDNT_RESOLVE_HOST:
        return explain("There is no computer named " + place.host + ".",
                       "Check the address and the network.");
    case CURLE_OPERATION_TIMEDOUT:
        return explain("The server at " + place.shown + " did not answer in time.", "Try again later.");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
        return explain("The server's identity could not be verified.",
                       "Check its certificate and the clock.");
    default:
        return explain("The connection to the server broke.", "Try again.");
    }
}

} // namespace

Result<HttpReply> exchange(const HttpRequest &request, const HttpReceiver &receiver,
                           const std::stop_token &stop)
{
    // libcurl asks for one global initialisation; it lives as long as the program.
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    SNUG_TRY(const Place place, placeOf(request.url));
    SNUG_TRY(const Headers headers, headersOf(request));
    const Multi multi(curl_multi_init());
    const Easy easy(curl_easy_init());
    if (ready != CURLE_OK || !multi || !easy)
        return fail(ErrorKind::Internal, "The network library could not be started.");

    Transfer transfer{&receiver, request.limitBytes, easy.get(), 0, {}, std::nullopt, false, {}};
    configure(easy.get(), request, place, headers.get(), transfer);
    curl_multi_add_handle(multi.get(), easy.get());
    const Result<CURLcode> code = drive(multi.get(), request, place, transfer, stop);
    curl_multi_remove_handle(multi.get(), easy.get());
    if (!code)
        return tl::make_unexpected(code.error());
    if (transfer.failure)
        return tl::make_unexpected(*std::move(transfer.failure));
    if (*code != CURLE_OK && !transfer.enough)
        return networkError(*code, place);

    HttpReply reply;
    reply.body = std::move(transfer.body);
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &reply.status);
    const char *type = nullptr;
    curl_easy_getinfo(easy.get(), CURLINFO_CONTENT_TYPE, &type);
    reply.contentType = type == nullptr ? "" : type;
    return reply;
}

} // namespace snug::chat
