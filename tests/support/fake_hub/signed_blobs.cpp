// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub/signed_blobs.h"

#include <QByteArray>
#include <QCryptographicHash>
#include <QMessageAuthenticationCode>

#include <charconv>

namespace snug::test {
namespace {

std::string signatureOf(const std::string &sha256, const std::string &expires)
{
    return QMessageAuthenticationCode::hash(QByteArray::fromStdString(sha256 + "?" + expires), "fake hub",
                                            QCryptographicHash::Sha256)
        .toHex()
        .toStdString();
}

} // namespace

Reply storageError(int status, const std::string &code, const std::string &message)
{
    return textReply(status, "application/xml",
                     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code + "</Code><Message>" +
                         message + "</Message></Error>");
}

std::string SignedBlobs::sign(const FileBody &file, const std::string &subject)
{
    const std::string sha256 = file.sha256();
    const std::string expires = std::to_string(m_clock.now() + m_options.urlLifetimeSeconds);
    {
        const std::scoped_lock lock(m_mutex);
        m_blobs[sha256] = {file, subject};
    }
    return "/blob/" + sha256 + "?Expires=" + expires + "&Signature=" + signatureOf(sha256, expires);
}

Reply SignedBlobs::answer(const Request &request) const
{
    const std::vector<std::string> segments = request.segments();
    if (request.method != "GET" && request.method != "HEAD")
        return storageError(405, "MethodNotAllowed", "The specified method is not allowed");
    if (segments.size() != 2 || segments[0] != "blob")
        return storageError(404, "NoSuchKey", "The specified key does not exist");
    Blob blob;
    {
        const std::scoped_lock lock(m_mutex);
        const auto found = m_blobs.find(segments[1]);
        if (found == m_blobs.end())
            return storageError(404, "NoSuchKey", "The specified key does not exist");
        blob = found->second;
    }
    Reply reply = answerBlob(request, blob);
    reply.subject = blob.subject;
    return reply;
}

Reply SignedBlobs::answerBlob(const Request &request, const Blob &blob) const
{
    if (hasHeader(request.headers, "Authorization"))
        return storageError(
            400, "InvalidArgument",
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature "
            "query string parameter or the Authorization header should be specified");
    const std::string expires = request.queryOne("Expires").value_or(std::string());
    if (request.queryOne("Signature") != signatureOf(blob.file.sha256(), expires))
        return storageError(403, "SignatureDoesNotMatch", "The request signature does not match");
    std::int64_t until = 0;
    std::from_chars(expires.data(), expires.data() + expires.size(), until);
    if (until <= m_clock.now())
        return storageError(403, "AccessDenied", "Request has expired");
    const std::string asked = request.header("Range");
    if (asked.empty() && blob.file.size() > m_options.rangelessLimit)
        return storageError(400, "InvalidRequest", "The object is too large to be sent without a Range");
    Reply reply = fileReply(blob.file, parseRange(asked, blob.file.size()));
    setHeader(reply.headers, "Content-Type", "application/octet-stream");
    setHeader(reply.headers, "ETag", "\"" + blob.file.sha256() + "\"");
    return reply;
}

} // namespace snug::test
