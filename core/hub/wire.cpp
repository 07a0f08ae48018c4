// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/hub/wire.h"

#include "core/hub/json.h"

namespace snug::hub {
namespace {

using http::HttpReply;
using http::Url;

tl::unexpected<Error> offlineError()
{
    return fail(ErrorKind::Network, "Snug is set to work offline, so the Hub is not asked.",
                {{"reason", std::string("offline")}},
                "Unset HF_HUB_OFFLINE, or switch offline work off in the settings.");
}

// The client of HTTP knows any server; here it is known which one.
Error inHubWords(Error error, const Url &endpoint)
{
    if (error.kind == ErrorKind::Network && endpoint.host() == "huggingface.co")
        error.hint = "Check the network. A firewall must allow huggingface.co and *.hf.co on port 443.";
    return error;
}

tl::unexpected<Error> badRedirect(const Url &from, const char *why)
{
    return fail(
        ErrorKind::Protocol,
        "The server at " + from.shown() + " sends us to an address that Snug does not follow: " + why + ".",
        {{"reason", std::string("redirect")}, {"server", from.shown()}}, "Check the address of the Hub.");
}

} // namespace

Result<Url> Wire::at(std::string_view path) const
{
    std::string text = m_options.endpoint.text();
    if (!text.ends_with('/'))
        text += '/';
    return Url::parse(text + std::string(path));
}

Asked Wire::asked(std::string repository, std::string revision, std::string path) const
{
    const bool signedIn = m_options.token && !m_options.token->secretFor(m_options.endpoint).empty();
    return {m_options.endpoint, std::move(repository), std::move(revision), std::move(path), signedIn};
}

Result<HttpReply> Wire::get(const Url &url, const Ask &ask, const std::stop_token &stop) const
{
    if (m_options.offline)
        return offlineError();
    http::HttpRequest request;
    request.url = url.text();
    if (ask.withToken && m_options.token && url.sameOrigin(m_options.endpoint))
        request.bearer = m_options.token->secretFor(url);
    request.accept = "*/*";
    request.headers = ask.headers;
    request.headers.push_back({"User-Agent", m_options.userAgent});
    request.compressed = ask.compressed;
    request.connectTimeout = m_options.connectTimeout;
    request.stallTimeout = m_options.totalTimeout;
    request.totalTimeout = m_options.totalTimeout;
    request.limitBytes = ask.limitBytes;
    request.enoughBytes = ask.enoughBytes;
    auto reply = http::exchange(request, {}, stop);
    if (!reply)
        return tl::make_unexpected(inHubWords(std::move(reply).error(), m_options.endpoint));
    return reply;
}

Result<ApiAnswer> Wire::api(const Url &start, const Asked &asked, const std::stop_token &stop) const
{
    const Url &endpoint = m_options.endpoint;
    Ask ask;
    ask.compressed = true;
    Url url = start;
    for (int hop = 0; hop <= kMaxRedirects; ++hop) {
        SNUG_TRY(const HttpReply reply, get(url, ask, stop));
        if (isRedirect(reply)) {
            SNUG_TRY(url, redirectTarget(reply, url, endpoint));
            if (!url.sameOrigin(endpoint))
                return tl::make_unexpected(portalError(endpoint));
            continue;
        }
        if (reply.status != 200)
            return tl::make_unexpected(errorOf(reply, asked, m_options.now()));
        if (isWebPage(reply))
            return tl::make_unexpected(portalError(endpoint));
        SNUG_TRY(nlohmann::json body, parseJson(reply.body));
        return ApiAnswer{std::move(url), std::move(body), std::string(reply.header("link"))};
    }
    return tooManyRedirects(endpoint);
}

bool isRedirect(const HttpReply &reply)
{
    return reply.status == 301 || reply.status == 302 || reply.status == 303 || reply.status == 307 ||
           reply.status == 308;
}

Result<Url> redirectTarget(const HttpReply &reply, const Url &from, const Url &endpoint)
{
    const auto target = from.resolve(reply.header("location"));
    if (!target)
        return badRedirect(from, "it is missing or no address of the web");
    if (target->loopback() && !endpoint.loopback())
        return badRedirect(from, "it is on this machine");
    if (!target->secure() && !target->loopback())
        return badRedirect(from, "the connection would not be encrypted");
    return *target;
}

tl::unexpected<Error> tooManyRedirects(const Url &endpoint)
{
    return fail(ErrorKind::Protocol,
                "The server at " + endpoint.shown() + " sends us from one address to the next without end.",
                {{"reason", std::string("redirect")}, {"limit", std::int64_t{kMaxRedirects}}},
                "Check the address of the Hub, or try again later.");
}

} // namespace snug::hub
