// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/prefix_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace snug::download {

Result<std::size_t> PrefixReader::readAt(std::int64_t offset, std::span<std::byte> into)
{
    if (offset < 0 || offset >= available())
        return std::size_t{0};
    const auto begin = static_cast<std::size_t>(offset);
    const std::size_t count = std::min(into.size(), m_bytes.size() - begin);
    std::memcpy(into.data(), m_bytes.data() + begin, count);
    return count;
}

Result<void> PrefixReader::fetch(std::int64_t bytes, const std::stop_token &stop)
{
    const AskedRange asked{{available(), std::min(bytes, size())}, size()};
    const std::int64_t missing = asked.bytes.end - asked.bytes.begin;
    if (missing <= 0)
        return {};
    http::HttpRequest request;
    request.url = m_source.url.text();
    request.accept = "*/*";
    request.headers = m_source.headers;
    request.headers.push_back({"Range", fmt::format("bytes={}-{}", asked.bytes.begin, asked.bytes.end - 1)});
    request.headers.push_back({"Accept-Encoding", "identity"});
    request.stallTimeout = std::chrono::seconds(30);
    request.limitBytes = missing;
    request.enoughBytes = missing; // of a whole file that comes in place of the part, no more than that
    SNUG_TRY(const http::HttpReply reply, http::exchange(request, {}, stop));
    const auto judged = judgeAnswer(reply, asked, m_source.url);
    if (!judged)
        return tl::make_unexpected(judged.error().error);
    if (static_cast<std::int64_t>(reply.body.size()) != missing)
        return fail(ErrorKind::Protocol,
                    fmt::format("{} sent fewer bytes of the file than it promised.", m_source.url.shown()),
                    {{"server", m_source.url.shown()}}, "Try again.");
    m_bytes += reply.body;
    return {};
}

} // namespace snug::download
