// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/hub/client.h"
#include "tests/support/fake_hub.h"
#include "tests/support/gguf_errors.h"

#include <QByteArray>

#include <string>

// What the tests of the Hub's client share: one small repository, and clients of a fake Hub.
namespace snug::test {

inline const std::string kCommit(40, 'a');
inline const std::string kToken = "hf_" + std::string(36, 't');
inline const std::string kCard = "---\nlicense: mit\n---\n\n# Tiny\r\ntext\n";
constexpr std::int64_t kModelBytes = 3'000'000;

[[nodiscard]] inline hub::RepoId id(const char *text)
{
    return *hub::RepoId::parse(text);
}

[[nodiscard]] inline FakeRepository tiny()
{
    FakeRepository repository{"acme/tiny", kCommit};
    repository.files = {smallFile("README.md", kCard),
                        lfsFile("tiny-Q4_K_M.gguf", FileBody::virtualBytes(kModelBytes, 7, "GGUF")),
                        smallFile("sub/deep/notes.txt", "notes"), smallFile("sub/a b%.txt", "odd name"),
                        smallFile("empty.txt", "")};
    repository.formerIds = {"acme/old-tiny"};
    repository.details = {{"downloads", 10},
                          {"likes", 3},
                          {"tags", {"gguf", "license:mit"}},
                          {"pipeline_tag", "text-generation"},
                          {"lastModified", "2025-05-21T15:38:00.000Z"},
                          {"gguf",
                           {{"total", 7'000'000'000},
                            {"architecture", "llama"},
                            {"context_length", 8192},
                            {"chat_template", "{{ x }}"}}}};
    return repository;
}

[[nodiscard]] inline hub::ClientOptions optionsFor(const FakeHub &fake)
{
    hub::ClientOptions options{*http::Url::parse(fake.endpoint()), std::nullopt};
    options.userAgent = "snug-test";
    return options;
}

[[nodiscard]] inline hub::Client clientOf(const FakeHub &fake)
{
    return hub::Client(optionsFor(fake));
}

[[nodiscard]] inline hub::Client signedIn(const FakeHub &fake)
{
    hub::ClientOptions options = optionsFor(fake);
    options.token = *hub::Token::parse(kToken, options.endpoint);
    return hub::Client(std::move(options));
}

// Empty for a success.
template <class T> QByteArray reason(const Result<T> &result)
{
    return QByteArray::fromStdString(reasonOf(result));
}

} // namespace snug::test
