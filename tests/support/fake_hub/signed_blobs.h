// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/fake_hub/hub_options.h"
#include "tests/support/fake_hub/reply.h"

#include <map>
#include <mutex>
#include <string>

namespace snug::test {

// The content network behind the Hub: LFS files by their hash, for whoever has a signed URL that is still
// young. Any thread.
class SignedBlobs {
public:
    SignedBlobs(const FakeHubOptions &options, const HubClock &clock) : m_options(options), m_clock(clock) {}

    // Makes the file known and answers "/blob/<sha256>?Expires=<t>&Signature=<hex>". `subject` names it for
    // faults.
    [[nodiscard]] std::string sign(const FileBody &file, const std::string &subject);
    // 200, 206, 416; 400 with Authorization or, for large files, without Range; 403 for a bad or old
    // signature; 404.
    [[nodiscard]] Reply answer(const Request &request) const;

private:
    struct Blob {
        FileBody file;
        std::string subject;
    };
    [[nodiscard]] Reply answerBlob(const Request &request, const Blob &blob) const;

    const FakeHubOptions &m_options;
    const HubClock &m_clock;
    mutable std::mutex m_mutex;
    std::map<std::string, Blob> m_blobs; // by sha256
};

// What S3 says, as the content network passes it on.
[[nodiscard]] Reply storageError(int status, const std::string &code, const std::string &message);

} // namespace snug::test
