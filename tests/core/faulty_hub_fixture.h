// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/fake_hub.h"
#include "tests/support/raw_http.h"

#include <string>

// What the tests of the fake Hub's faults share: a Hub with one file, and the range of it that they ask for.
namespace snug::test::faulty {

constexpr std::int64_t kSize = 2'000'000;
inline const std::string kCommit(40, 'a');
inline const std::string kResolve = "/acme/tiny/resolve/main/m.gguf";
inline const Headers kRange = {{"Range", "bytes=1000-500999"}};
constexpr std::int64_t kRangeLength = 500'000;

inline const FileBody &body()
{
    static const FileBody made = FileBody::virtualBytes(kSize, 9, "GGUF");
    return made;
}

// A Hub with one file, and where it lies at the content network.
struct Fixture {
    Fixture()
    {
        hub.addRepository(
            {"acme/tiny", kCommit, {lfsFile("m.gguf", body()), smallFile("README.md", "# Tiny")}});
        const std::string location = RawHttp(hub.endpoint()).get(kResolve).header("Location");
        blob = location.substr(hub.cdnEndpoint().size());
    }

    [[nodiscard]] RawAnswer getBlob(const Headers &headers = kRange, int patience = 10'000) const
    {
        RawHttp http(hub.cdnEndpoint());
        http.setPatience(patience);
        return http.get(blob, headers);
    }

    FakeHub hub;
    std::string blob;
};

inline bool isAskedRange(const std::string &bytes)
{
    return bytes == body().bytes(1000, kRangeLength);
}

} // namespace snug::test::faulty
