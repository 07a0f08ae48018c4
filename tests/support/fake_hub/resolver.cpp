// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub/hub_answers.h"

#include <QByteArray>
#include <QCryptographicHash>

#include <algorithm>

// Files by /{id}/resolve/{revision}/{path}: specs/hub.md section 2.1.
namespace snug::test {
namespace {

constexpr std::size_t kRedirectBody = 913;

const FakeFile *fileAt(const StoredRepository &repository, const std::string &commit, const std::string &path)
{
    const std::vector<FakeFile> &files = repository.commits.at(commit);
    const auto found = std::ranges::find(files, path, &FakeFile::path);
    return found == files.end() ? nullptr : &*found;
}

std::string encodedPath(const std::string &path)
{
    std::string encoded;
    std::size_t at = 0;
    for (std::size_t end = path.find('/'); end != std::string::npos; end = path.find('/', at)) {
        encoded += percentEncoded(path.substr(at, end - at)) + "/";
        at = end + 1;
    }
    return encoded + percentEncoded(path.substr(at));
}

std::string quoted(const std::string &text)
{
    return "\"" + text + "\"";
}

std::string contentTypeOf(const std::string &path)
{
    return path.ends_with(".json") ? "application/json" : "text/plain; charset=utf-8";
}

bool accepts(const Request &request, std::string_view coding)
{
    return request.header("Accept-Encoding").find(coding) != std::string::npos;
}

// Text comes compressed and without a length to who lets it.
void compress(Reply &reply)
{
    const BodyPart &part = reply.parts.front();
    const std::string packed = gzipped(part.body.bytes(part.offset, part.length));
    const std::string size = QByteArray::number(static_cast<qlonglong>(packed.size()), 16).toStdString();
    setText(reply, size + "\r\n" + packed + "\r\n0\r\n\r\n");
    removeHeader(reply.headers, "Content-Length");
    setHeader(reply.headers, "Transfer-Encoding", "chunked");
    setHeader(reply.headers, "Content-Encoding", "gzip");
    setHeader(reply.headers, "Vary", "Accept-Encoding");
}

} // namespace

Reply HubAnswers::routeFile(const Request &request, const Caller &caller, Segments segments, std::size_t verb)
{
    Reply refusal;
    const std::string id = joined(segments.first(verb));
    const StoredRepository *repository = visible(id, request, caller, refusal);
    if (repository == nullptr)
        return refusal;
    if (auto refused = refusedFiles(*repository, caller))
        return std::move(*refused);
    const std::string &revision = segments[verb + 1];
    const std::string path = joined(segments.subspan(verb + 2));
    Reply reply;
    if (segments[verb] == "resolve") {
        reply = resolve(request, *repository, revision, path);
    } else {
        const auto commit = repository->commitOf(revision);
        if (!commit)
            return noSuchRevision(revision);
        const FakeFile *file = fileAt(*repository, *commit, path);
        if (file == nullptr)
            return noSuchEntry(path, revision);
        // The raw page shows what git has: the pointer of an LFS file.
        reply = file->lfs ? textReply(200, "text/plain; charset=utf-8", lfsPointer(file->body))
                          : fileReply(file->body, std::nullopt);
    }
    reply.subject = repository->said.id + "/" + path;
    return reply;
}

Reply HubAnswers::resolve(const Request &request, const StoredRepository &repository,
                          const std::string &revision, const std::string &path)
{
    const auto commit = repository.commitOf(revision);
    if (!commit)
        return noSuchRevision(revision);
    const FakeFile *file = fileAt(repository, *commit, path);
    Reply reply;
    if (file == nullptr) {
        reply = noSuchEntry(path, revision);
    } else if (file->lfs) {
        reply = redirectToBlob(repository, *commit, *file);
    } else {
        const std::string oid = file->body.gitOid();
        std::string location =
            "/api/resolve-cache/models/" + repository.said.id + "/" + *commit + "/" + encodedPath(path) + "?";
        const std::size_t query = request.target.find('?');
        if (query != std::string::npos)
            location += request.target.substr(query + 1) + "&";
        location += percentEncoded("/" + repository.said.id + "/resolve/" + revision + "/" + path) +
                    "=&etag=" + percentEncoded(quoted(oid));
        reply = textReply(307, "text/plain; charset=utf-8", "Temporary Redirect. Redirecting to " + location);
        setHeader(reply.headers, "Location", location);
        setHeader(reply.headers, "ETag", quoted(oid));
        setHeader(reply.headers, "X-Linked-Size", std::to_string(file->body.size()));
        setHeader(reply.headers, "X-Linked-Etag", quoted(oid));
        setHeader(reply.headers, "Accept-Ranges", "bytes");
    }
    setHeader(reply.headers, "X-Repo-Commit", *commit);
    return reply;
}

Reply HubAnswers::redirectToBlob(const StoredRepository &repository, const std::string &commit,
                                 const FakeFile &file)
{
    const std::string sha256 = file.body.sha256();
    const std::string xetHash =
        QCryptographicHash::hash(QByteArray::fromStdString(sha256), QCryptographicHash::Sha256)
            .toHex()
            .toStdString();
    const std::string location = m_cdn + m_blobs.sign(file.body, repository.said.id + "/" + file.path);
    std::string text = "Found. Redirecting to " + location;
    text.resize(std::max(text.size(), kRedirectBody), ' ');
    Reply reply = textReply(302, "text/plain; charset=utf-8", std::move(text));
    setHeader(reply.headers, "Location", location);
    setHeader(reply.headers, "X-Linked-Size", std::to_string(file.body.size()));
    setHeader(reply.headers, "X-Linked-Etag", quoted(sha256));
    setHeader(reply.headers, "X-Xet-Hash", xetHash);
    setHeader(reply.headers, "Accept-Ranges", "bytes");
    setHeader(reply.headers, "Link",
              "<" + m_hub + "/api/models/" + repository.said.id + "/xet-read-token/" + commit +
                  ">; rel=\"xet-auth\", <" + m_cdn + "/v1/reconstructions/" + xetHash +
                  ">; rel=\"xet-reconstruction-info\"");
    return reply;
}

// /api/resolve-cache/models/{id}/{commit}/{path}; `segments` begin with the id.
Reply HubAnswers::resolveCache(const Request &request, const Caller &caller, Segments segments) const
{
    std::size_t at = 1;
    while (at < segments.size() && at < 2 && !m_store.find(joined(segments.first(at))))
        ++at;
    if (segments.size() < at + 2)
        return hubError(404, {}, "Not Found");
    Reply refusal;
    const StoredRepository *repository = visible(joined(segments.first(at)), request, caller, refusal);
    if (repository == nullptr)
        return refusal;
    if (auto refused = refusedFiles(*repository, caller))
        return std::move(*refused);
    const std::string &commit = segments[at];
    const std::string path = joined(segments.subspan(at + 1));
    const FakeFile *file = repository->commits.contains(commit) ? fileAt(*repository, commit, path) : nullptr;
    if (file == nullptr)
        return noSuchEntry(path, commit);
    const std::string etag = quoted(file->body.gitOid());
    Reply reply;
    if (request.header("If-None-Match") == etag) {
        reply.status = 304;
    } else {
        reply = fileReply(file->body, parseRange(request.header("Range"), file->body.size()));
        setHeader(reply.headers, "Content-Type", contentTypeOf(path));
        if (reply.status == 200 && file->body.size() > 0 && accepts(request, "gzip"))
            compress(reply);
    }
    setHeader(reply.headers, "ETag", etag);
    setHeader(reply.headers, "X-Repo-Commit", commit);
    reply.subject = repository->said.id + "/" + path;
    return reply;
}

} // namespace snug::test
