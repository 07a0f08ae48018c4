// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <curl/curl.h>

#include <memory>
#include <string>

// Owners of libcurl's handles. Only for the files of core that speak HTTP.
namespace snug::http {

template <auto release> struct Releaser {
    template <class T> void operator()(T *handle) const { release(handle); }
};
using Easy = std::unique_ptr<CURL, Releaser<&curl_easy_cleanup>>;
using Multi = std::unique_ptr<CURLM, Releaser<&curl_multi_cleanup>>;
using HeaderList = std::unique_ptr<curl_slist, Releaser<&curl_slist_free_all>>;
using UrlHandle = std::unique_ptr<CURLU, Releaser<&curl_url_cleanup>>;

// One more line, "Name: value". REQUIRES: no control characters in it.
void append(HeaderList &headers, const std::string &line);

// libcurl's one global initialisation, which lives as long as the program. Any thread. Fails with Internal.
[[nodiscard]] Result<void> prepareLibrary();

} // namespace snug::http
