// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/retry.h"

#include <algorithm>
#include <array>
#include <utility>

namespace snug::download {
namespace {

// Codes that are not listed are of the network.
constexpr std::array kCodes = {
    std::pair{CURLE_UNSUPPORTED_PROTOCOL, RetryClass::Config},
    std::pair{CURLE_URL_MALFORMAT, RetryClass::Config},
    std::pair{CURLE_TOO_MANY_REDIRECTS, RetryClass::Config},
    std::pair{CURLE_WEIRD_SERVER_REPLY, RetryClass::Mismatch},
    std::pair{CURLE_RANGE_ERROR, RetryClass::Mismatch},
    std::pair{CURLE_BAD_CONTENT_ENCODING, RetryClass::Mismatch},
    std::pair{CURLE_FILESIZE_EXCEEDED, RetryClass::Mismatch},
    std::pair{CURLE_WRITE_ERROR, RetryClass::Local},
    std::pair{CURLE_OUT_OF_MEMORY, RetryClass::Local},
    // Who answers there does not speak TLS, which may pass, but no network being there is not the reason.
    std::pair{CURLE_SSL_CONNECT_ERROR, RetryClass::Server},
    std::pair{CURLE_SSL_CERTPROBLEM, RetryClass::Trust},
    std::pair{CURLE_PEER_FAILED_VERIFICATION, RetryClass::Trust},
    std::pair{CURLE_SSL_CACERT_BADFILE, RetryClass::Trust},
    std::pair{CURLE_SSL_PINNEDPUBKEYNOTMATCH, RetryClass::Trust},
    std::pair{CURLE_SSL_INVALIDCERTSTATUS, RetryClass::Trust},
    std::pair{CURLE_PROXY, RetryClass::Proxy},
};

// Statuses that are not listed: from 500 on the server's, others for ever.
constexpr std::array kStatuses = {
    std::pair{200L, RetryClass::RangeIgnored}, std::pair{206L, RetryClass::Mismatch},
    std::pair{400L, RetryClass::Expired},      std::pair{401L, RetryClass::Expired},
    std::pair{403L, RetryClass::Expired},      std::pair{407L, RetryClass::Proxy},
    std::pair{408L, RetryClass::Server},       std::pair{416L, RetryClass::Mismatch},
    std::pair{425L, RetryClass::Server},       std::pair{429L, RetryClass::Rate},
    std::pair{511L, RetryClass::Portal},
};

template <class Table, class Key> RetryClass look(const Table &table, Key key, RetryClass otherwise)
{
    const auto *found =
        std::find_if(table.begin(), table.end(), [key](const auto &entry) { return entry.first == key; });
    return found == table.end() ? otherwise : found->second;
}

} // namespace

RetryClass classOf(CURLcode code)
{
    return look(kCodes, code, RetryClass::Transient);
}

RetryClass classOfStatus(long status)
{
    constexpr long kFirstOfServer = 500;
    return look(kStatuses, status, status >= kFirstOfServer ? RetryClass::Server : RetryClass::Gone);
}

std::chrono::milliseconds Backoff::next()
{
    constexpr double kFirstMs = 1000;
    constexpr double kLongestMs = 60'000;
    constexpr int kDoublings = 6;
    const int doublings = std::min(m_failures++, kDoublings);
    m_bytes = 0;
    const double wait = std::min(kFirstMs * static_cast<double>(1 << doublings), kLongestMs);
    return std::chrono::milliseconds(static_cast<std::int64_t>(wait * (0.5 + m_random())));
}

void Backoff::progressed(std::int64_t bytes)
{
    constexpr std::int64_t kEnough = 1'000'000;
    m_bytes += bytes;
    if (m_bytes >= kEnough)
        m_failures = 0;
}

} // namespace snug::download
