// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/cli/cli_process.h"
#include "tests/support/fake_hub.h"

#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <cstdint>
#include <memory>
#include <string>

namespace snug::test {

// `snug-cli` in a home of its own against a Hub on loopback: what the tests of its verbs share. The process's
// environment is changed until the object goes.
class PullFixture {
public:
    static constexpr std::int64_t kModelBytes = 3'000'000;
    static const std::string kCommit;

    PullFixture();
    ~PullFixture();
    PullFixture(const PullFixture &) = delete;
    PullFixture &operator=(const PullFixture &) = delete;

    // acme/tiny-7B-GGUF with Q4_K_M, and Q8_0 in two parts.
    [[nodiscard]] static FakeRepository tiny();
    [[nodiscard]] static QString cli();
    // With --json.
    [[nodiscard]] static Ended run(QStringList arguments);

    [[nodiscard]] QString path(const QString &below) const { return m_home.filePath(below); }
    [[nodiscard]] QString hubFolder() const { return path(QStringLiteral("huggingface/hub")); }
    [[nodiscard]] QString downloads() const { return path(QStringLiteral("data/downloads")); }
    // What pulls that did not end have left.
    [[nodiscard]] QStringList unfinished() const;

    // A pull that is killed when a part of it is here. False if it ended before.
    [[nodiscard]] bool breakOff(const QStringList &arguments);
    // A repository with an F16 of that many bytes, in parts that any file may have.
    void addBig(const std::string &id, std::int64_t bytes, char digit);

    FakeHub hub;

private:
    QTemporaryDir m_home;
};

} // namespace snug::test
