// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/fake_hub.h"

#include <string>

// A repository with a model, for the tests of the fake Hub itself.
namespace snug::test {

inline const std::string kCommit(40, 'a');
inline const std::string kCard = "---\nlicense: mit\n---\n# Tiny\n";
inline const std::string kModelPath = "/acme/tiny/resolve/main/tiny-Q4_K_M.gguf";

inline FileBody modelBody()
{
    return FileBody::virtualBytes(3'000'000, 7, "GGUF");
}

inline FakeRepository tiny()
{
    FakeRepository repository{"acme/tiny", kCommit};
    repository.files = {smallFile("README.md", kCard), lfsFile("tiny-Q4_K_M.gguf", modelBody()),
                        smallFile("sub/deep/notes.txt", "notes"), smallFile("sub/a b%.txt", "odd name")};
    repository.tags = {{"v1", kCommit}};
    repository.formerIds = {"acme/old-tiny"};
    repository.details = {{"downloads", 10},
                          {"likes", 3},
                          {"tags", {"gguf", "license:mit"}},
                          {"pipeline_tag", "text-generation"},
                          {"gguf", {{"total", 7'000'000'000}, {"architecture", "llama"}}}};
    return repository;
}

inline Headers bearer(const std::string &token)
{
    return {{"Authorization", "Bearer " + token}};
}

// The part of a URL behind its origin.
inline std::string targetOf(const std::string &url)
{
    return url.substr(url.find('/', url.find("//") + 2));
}

} // namespace snug::test
