// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub/hub_answers.h"
#include "tests/support/fake_hub/model_list.h"
#include "tests/support/fake_hub/model_view.h"

#include <algorithm>
#include <charconv>
#include <set>

using nlohmann::json;

// The API about models: specs/hub.md sections 1.1 to 1.3.
namespace snug::test {
namespace {

constexpr std::size_t kExpandedTreePage = 50;

// False when an unknown key is asked for, or keys and a switch that excludes them.
bool readDetail(const Request &request, ModelDetail &detail)
{
    detail.expand = request.queryAll("expand");
    detail.full = detail.full || request.flag("full");
    detail.config = request.flag("config");
    detail.cardData = request.flag("cardData");
    detail.blobs = request.flag("blobs");
    detail.security = request.flag("securityStatus");
    const auto known = expandableKeys();
    if (!std::ranges::all_of(detail.expand, [known](const std::string &key) {
            return std::ranges::find(known, key) != known.end();
        }))
        return false;
    return detail.expand.empty() || (!request.flag("full") && !detail.config && !detail.cardData);
}

// The entry of `file` in a listing of the folder `prefix` ("" or "a/b/").
std::string childOf(const std::string &prefix, const std::string &path)
{
    const std::size_t slash = path.find('/', prefix.size());
    return slash == std::string::npos ? path : path.substr(0, slash);
}

json listing(const std::vector<FakeFile> &files, const std::string &folder, bool recursive, bool expand)
{
    const std::string prefix = folder.empty() ? std::string() : folder + "/";
    json entries = json::array();
    std::set<std::string> folders;
    for (const FakeFile &file : files) {
        if (!file.path.starts_with(prefix))
            continue;
        for (std::string child = childOf(prefix, file.path); child != file.path;
             child = childOf(child + "/", file.path)) {
            if (folders.insert(child).second)
                entries.push_back(folderView(child));
            if (!recursive)
                break;
        }
        if (recursive || childOf(prefix, file.path) == file.path)
            entries.push_back(fileView(file, expand));
    }
    return entries;
}

// The names in a JSON or form body of paths-info.
std::vector<std::string> askedPaths(const Request &request, bool &expand)
{
    std::vector<std::string> paths;
    if (!request.header("Content-Type").starts_with("application/json")) {
        Request form;
        form.target = "/?" + request.body;
        expand = form.flag("expand");
        return form.queryAll("paths");
    }
    const json body = json::parse(request.body, nullptr, false);
    if (!body.is_object())
        return paths;
    const auto wanted = body.find("paths");
    if (wanted != body.end() && wanted->is_array()) {
        for (const json &path : *wanted) {
            if (path.is_string())
                paths.push_back(path.get<std::string>());
        }
    }
    const auto more = body.find("expand");
    expand = more != body.end() && *more == true;
    return paths;
}

} // namespace

Reply HubAnswers::whoAmI(const Caller &caller) const
{
    if (caller.user == nullptr)
        return hubError(401, {}, "Invalid username or password.");
    json organisations = json::array();
    for (const std::string &name : caller.user->organisations)
        organisations.push_back({{"type", "org"}, {"name", name}, {"fullname", name}});
    return jsonReply({{"type", "user"},
                      {"name", caller.user->name},
                      {"fullname", caller.user->name},
                      {"isPro", false},
                      {"orgs", organisations},
                      {"auth",
                       {{"type", "access_token"},
                        {"accessToken", {{"displayName", "test"}, {"role", caller.user->role}}}}}});
}

Reply HubAnswers::listModels(const Request &request, const Caller &caller) const
{
    ModelDetail detail;
    if (!readDetail(request, detail))
        return hubError(400, {}, "Invalid value of expand");
    std::size_t limit = m_options.listPage;
    if (const auto asked = request.queryOne("limit")) {
        const auto [end, error] = std::from_chars(asked->data(), asked->data() + asked->size(), limit);
        if (error != std::errc() || end != asked->data() + asked->size() || limit == 0)
            return hubError(400, {}, "Invalid value of limit");
        limit = std::min(limit, m_options.listPage);
    }
    const auto models = selectedModels(m_store, request, caller.user);
    if (!models)
        return hubError(400, {}, "Invalid value of sort");
    const auto page = pageOf(request, models->size(), limit);
    if (!page)
        return hubError(400, {}, "Invalid cursor");
    json views = json::array();
    for (std::size_t i = page->from; i < page->to; ++i) {
        const StoredRepository &repository = *(*models)[i];
        views.push_back(modelView(repository, repository.branches.at("main"), detail));
    }
    Reply reply = jsonReply(views);
    linkNext(reply, request, m_hub, *page, models->size());
    return reply;
}

Reply HubAnswers::model(const Request &request, const StoredRepository &repository,
                        const std::string &revision) const
{
    ModelDetail detail;
    detail.full = true;
    if (!readDetail(request, detail))
        return hubError(400, {}, "Invalid value of expand");
    const auto commit = repository.commitOf(revision);
    if (!commit)
        return noSuchRevision(revision);
    return jsonReply(modelView(repository, *commit, detail));
}

Reply HubAnswers::tree(const Request &request, const StoredRepository &repository,
                       const std::string &revision, const std::string &folder) const
{
    const auto commit = repository.commitOf(revision);
    if (!commit)
        return noSuchRevision(revision);
    const bool expand = request.flag("expand");
    const json entries = listing(repository.commits.at(*commit), folder, request.flag("recursive"), expand);
    if (entries.empty() && !folder.empty())
        return noSuchEntry(folder, revision);
    const std::size_t size = expand ? std::min(kExpandedTreePage, m_options.treePage) : m_options.treePage;
    const auto page = pageOf(request, entries.size(), size);
    if (!page)
        return hubError(400, {}, "Invalid cursor");
    json part = json::array();
    for (std::size_t i = page->from; i < page->to; ++i)
        part.push_back(entries[i]);
    Reply reply = jsonReply(part);
    linkNext(reply, request, m_hub, *page, entries.size());
    return reply;
}

Reply HubAnswers::pathsInfo(const Request &request, const StoredRepository &repository,
                            const std::string &revision) const
{
    const auto commit = repository.commitOf(revision);
    if (!commit)
        return noSuchRevision(revision);
    bool expand = false;
    const std::vector<std::string> paths = askedPaths(request, expand);
    json found = json::array();
    for (const FakeFile &file : repository.commits.at(*commit)) {
        if (std::ranges::find(paths, file.path) != paths.end())
            found.push_back(fileView(file, expand));
    }
    return jsonReply(found);
}

} // namespace snug::test
