// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/http/reachable.h"

#include "core/http/curl_handles.h"
#include "core/http/url.h"

namespace snug::http {

Result<void> checkReachable(const std::string &address, std::chrono::milliseconds patience)
{
    SNUG_CHECK(prepareLibrary());
    SNUG_TRY(const Url url, Url::parse("http://" + address));
    const Easy easy(curl_easy_init());
    if (!easy)
        return fail(ErrorKind::Internal, "libcurl gave no handle.");
    curl_easy_setopt(easy.get(), CURLOPT_URL, url.text().c_str());
    curl_easy_setopt(easy.get(), CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
    curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy.get(), CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(patience.count()));
    const CURLcode code = curl_easy_perform(easy.get());
    if (code == CURLE_OK)
        return {};
    return fail(ErrorKind::Network, "Nothing answers at " + url.shown() + ".",
                {{"reason", std::string(curl_easy_strerror(code))}});
}

} // namespace snug::http
