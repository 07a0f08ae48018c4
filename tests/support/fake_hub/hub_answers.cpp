// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub/hub_answers.h"

#include "tests/support/fake_hub/model_list.h"
#include "tests/support/fake_hub/model_view.h"

#include <algorithm>
#include <array>
#include <charconv>

using nlohmann::json;

namespace snug::test {
namespace {

constexpr std::int64_t kWindowSeconds = 300;
// What may follow an id in the API.
constexpr auto kVerbs = std::to_array<std::string_view>(
    {"revision", "tree", "refs", "paths-info", "auth-check", "resolve", "raw"});

bool isVerb(std::string_view segment)
{
    return std::ranges::find(kVerbs, segment) != kVerbs.end();
}

// The index of "resolve" or "raw" after an id of one or two segments; 0 if this is no such path.
std::size_t fileVerb(std::span<const std::string> segments)
{
    for (std::size_t at = 1; at <= 2 && at + 2 < segments.size(); ++at) {
        if (segments[at] == "resolve" || segments[at] == "raw")
            return at;
    }
    return 0;
}

} // namespace

Reply jsonReply(const json &value)
{
    return textReply(200, "application/json; charset=utf-8",
                     value.dump(-1, ' ', false, json::error_handler_t::replace));
}

Reply hubError(int status, const std::string &code, const std::string &message)
{
    Reply reply = jsonReply({{"error", message}});
    reply.status = status;
    if (!code.empty())
        setHeader(reply.headers, "X-Error-Code", code);
    setHeader(reply.headers, "X-Error-Message", message);
    return reply;
}

Reply noSuchRevision(const std::string &revision)
{
    return hubError(404, "RevisionNotFound", "Invalid rev id: " + percentEncoded(revision));
}

Reply noSuchEntry(const std::string &path, const std::string &revision)
{
    return hubError(404, "EntryNotFound",
                    percentEncoded(path) + " does not exist on \"" + percentEncoded(revision) + "\"");
}

std::string joined(std::span<const std::string> segments)
{
    std::string text;
    for (const std::string &segment : segments)
        text += (text.empty() ? "" : "/") + segment;
    return text;
}

std::optional<Page> pageOf(const Request &request, std::size_t total, std::size_t size)
{
    std::size_t from = 0;
    if (const auto cursor = request.queryOne("cursor")) {
        const auto [end, error] = std::from_chars(cursor->data() + std::min<std::size_t>(2, cursor->size()),
                                                  cursor->data() + cursor->size(), from);
        if (error != std::errc() || !cursor->starts_with("p-") || end != cursor->data() + cursor->size())
            return std::nullopt;
    }
    from = std::min(from, total);
    return Page{from, std::min(total, from + std::max<std::size_t>(1, size))};
}

void linkNext(Reply &reply, const Request &request, const std::string &origin, const Page &page,
              std::size_t total)
{
    if (page.to >= total)
        return;
    std::string url = origin + request.target.substr(0, request.target.find('?')) + "?";
    for (const auto &[name, value] : request.query()) {
        if (name != "cursor")
            url += percentEncoded(name) + "=" + percentEncoded(value) + "&";
    }
    url += "cursor=p-" + std::to_string(page.to);
    setHeader(reply.headers, "Link", "<" + url + ">; rel=\"next\"");
}

void HubAnswers::setOrigins(std::string hub, std::string cdn)
{
    const auto held = m_store.lock();
    m_hub = std::move(hub);
    m_cdn = std::move(cdn);
}

Reply HubAnswers::answer(const Request &request)
{
    const auto held = m_store.lock();
    const std::vector<std::string> segments = request.segments();
    const bool resolver = fileVerb(segments) > 0;
    Window &window = resolver ? m_resolverWindow : m_apiWindow;
    if (m_clock.now() >= window.start + kWindowSeconds)
        window = {m_clock.now(), 0};
    ++window.used;
    const bool tooMany = window.used > (resolver ? m_options.resolverQuota : m_options.apiQuota);
    const Caller caller = callerOf(request);
    Reply reply;
    if (tooMany)
        reply = hubError(429, {}, "We had to rate limit you");
    else if (!caller.valid)
        reply = hubError(401, {}, "Invalid credentials in Authorization header");
    else
        reply = route(request, caller);
    tellRate(reply, resolver);
    return reply;
}

void HubAnswers::tellRate(Reply &reply, bool resolver)
{
    const Window &window = resolver ? m_resolverWindow : m_apiWindow;
    const std::int64_t quota = resolver ? m_options.resolverQuota : m_options.apiQuota;
    const std::string name = resolver ? "\"resolvers\"" : "\"api\"";
    setHeader(reply.headers, "RateLimit",
              name + ";r=" + std::to_string(std::max<std::int64_t>(0, quota - window.used)) +
                  ";t=" + std::to_string(window.start + kWindowSeconds - m_clock.now()));
    setHeader(reply.headers, "RateLimit-Policy",
              "\"fixed window\";" + name + ";q=" + std::to_string(quota) +
                  ";w=" + std::to_string(kWindowSeconds));
    setHeader(reply.headers, "X-Request-Id", "Root=1-fake-" + std::to_string(++m_requests));
}

HubAnswers::Caller HubAnswers::callerOf(const Request &request) const
{
    const std::string field = request.header("Authorization");
    if (field.empty())
        return {};
    constexpr std::string_view kScheme = "Bearer ";
    const FakeUser *user =
        field.starts_with(kScheme) ? m_store.userOf(field.substr(kScheme.size())) : nullptr;
    return {user, false, user != nullptr};
}

Reply HubAnswers::route(const Request &request, const Caller &caller)
{
    const std::vector<std::string> all = request.segments();
    const Segments segments(all);
    const bool posts = request.method == "POST";
    if (!posts && request.method != "GET" && request.method != "HEAD")
        return hubError(405, {}, "Method Not Allowed");
    if (const std::size_t verb = fileVerb(segments); verb > 0 && segments[0] != "api" && !posts)
        return routeFile(request, caller, segments, verb);
    if (segments.size() >= 2 && segments[0] == "api") {
        if (segments[1] == "whoami-v2" && segments.size() == 2)
            return whoAmI(caller);
        if (segments[1] == "models" && segments.size() == 2)
            return listModels(request, caller);
        if (segments[1] == "models")
            return routeModel(request, caller, segments.subspan(2));
        if (segments[1] == "resolve-cache" && segments.size() > 3 && segments[2] == "models")
            return resolveCache(request, caller, segments.subspan(3));
    }
    return hubError(404, {}, "Sorry, we can't find the page you are looking for.");
}

// `segments` begin with the id.
Reply HubAnswers::routeModel(const Request &request, const Caller &caller, Segments segments)
{
    const std::size_t idLength = segments.size() == 1 || isVerb(segments[1]) ? 1 : 2;
    Reply refusal;
    const StoredRepository *repository = visible(joined(segments.first(idLength)), request, caller, refusal);
    if (repository == nullptr)
        return refusal;
    const Segments rest = segments.subspan(idLength);
    if (rest.empty())
        return model(request, *repository, "main");
    const std::string &verb = rest[0];
    if (verb == "revision" && rest.size() == 2)
        return model(request, *repository, rest[1]);
    if (verb == "refs" && rest.size() == 1)
        return jsonReply(refsView(*repository));
    if (verb != "tree" && verb != "paths-info" && verb != "auth-check")
        return hubError(404, {}, "Not Found");
    if (verb == "auth-check") {
        auto refused = refusedFiles(*repository, caller);
        return refused ? std::move(*refused) : jsonReply(json::object());
    }
    if (repository->said.disabled)
        return *refusedFiles(*repository, caller);
    if (verb == "tree" && rest.size() >= 2)
        return tree(request, *repository, rest[1], joined(rest.subspan(2)));
    if (verb == "paths-info" && rest.size() == 2 && request.method == "POST")
        return pathsInfo(request, *repository, rest[1]);
    return hubError(404, {}, "Not Found");
}

const StoredRepository *HubAnswers::visible(const std::string &id, const Request &request,
                                            const Caller &caller, Reply &refusal) const
{
    const StoredRepository *repository = m_store.find(id);
    if (repository == nullptr) {
        if (const auto newId = m_store.movedTo(id)) {
            std::string location = request.target;
            const std::size_t at = location.find(id);
            if (at != std::string::npos)
                location.replace(at, id.size(), *newId);
            refusal =
                textReply(307, "text/plain; charset=utf-8", "Temporary Redirect. Redirecting to " + location);
            setHeader(refusal.headers, "Location", location);
            return nullptr;
        }
    } else if (!repository->said.isPrivate || mayRead(repository->said, caller.user)) {
        return repository;
    }
    refusal = hubError(caller.anonymous ? 401 : 404, "RepoNotFound",
                       caller.anonymous ? "Invalid username or password." : "Repository not found");
    return nullptr;
}

std::optional<Reply> HubAnswers::refusedFiles(const StoredRepository &repository, const Caller &caller)
{
    const FakeRepository &said = repository.said;
    if (said.disabled)
        return hubError(403, {}, "Access to this resource is disabled.");
    if (said.gate == FakeRepository::Gate::Open || mayRead(said, caller.user))
        return std::nullopt;
    if (caller.anonymous)
        return hubError(401, "GatedRepo",
                        "Access to model " + said.id +
                            " is restricted. You must have access to it and be authenticated to access it. "
                            "Please log in.");
    return hubError(
        403, "GatedRepo",
        "Access to model " + said.id +
            " is restricted and you are not in the authorized list. Visit the model page to ask for "
            "access.");
}

} // namespace snug::test
