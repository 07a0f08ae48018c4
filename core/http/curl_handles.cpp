// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/http/curl_handles.h"

namespace snug::http {

void append(HeaderList &headers, const std::string &line)
{
    if (curl_slist *longer = curl_slist_append(headers.get(), line.c_str()); longer != nullptr) {
        static_cast<void>(headers.release());
        headers.reset(longer);
    }
}

Result<void> prepareLibrary()
{
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (ready != CURLE_OK)
        return fail(ErrorKind::Internal, "The network library could not be started.");
    return {};
}

} // namespace snug::http
