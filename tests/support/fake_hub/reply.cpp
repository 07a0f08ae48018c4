// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/support/fake_hub/reply.h"

namespace snug::test {

std::int64_t bodyLength(const Reply &reply)
{
    std::int64_t length = 0;
    for (const BodyPart &part : reply.parts)
        length += part.length;
    return length;
}

void setText(Reply &reply, std::string text)
{
    const auto length = static_cast<std::int64_t>(text.size());
    reply.parts = {{FileBody::ofBytes(std::move(text)), 0, length}};
    setHeader(reply.headers, "Content-Length", std::to_string(length));
}

Reply textReply(int status, std::string_view contentType, std::string text)
{
    Reply reply;
    reply.status = status;
    setHeader(reply.headers, "Content-Type", std::string(contentType));
    setText(reply, std::move(text));
    return reply;
}

Reply fileReply(const FileBody &file, const std::optional<ByteRange> &range)
{
    if (range && !range->satisfiable) {
        Reply refused = textReply(416, "text/plain; charset=utf-8", "The requested range is not satisfiable");
        setHeader(refused.headers, "Content-Range", "bytes */" + std::to_string(file.size()));
        return refused;
    }
    Reply reply;
    reply.file = file;
    reply.range = range;
    reply.parts = {{file, 0, file.size()}};
    setHeader(reply.headers, "Accept-Ranges", "bytes");
    if (range) {
        reply.status = 206;
        reply.parts = {{file, range->first, range->last - range->first + 1}};
        setHeader(reply.headers, "Content-Range",
                  "bytes " + std::to_string(range->first) + "-" + std::to_string(range->last) + "/" +
                      std::to_string(file.size()));
    }
    setHeader(reply.headers, "Content-Length", std::to_string(bodyLength(reply)));
    return reply;
}

std::string headBytes(const Reply &reply)
{
    std::string head =
        "HTTP/1.1 " + std::to_string(reply.status) + " " + std::string(reasonOf(reply.status)) + "\r\n";
    for (const auto &[name, value] : reply.headers)
        head.append(name).append(": ").append(value).append("\r\n");
    return head;
}

} // namespace snug::test
