// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/gguf/header.h"
#include "tests/cli/pull_fixture.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

#include <string>

namespace snug::test {

// `snug-cli convert` in a home of its own, into the folder "made".
class ConvertFixture : public PullFixture {
public:
    ConvertFixture() { QDir().mkpath(path(QStringLiteral("made"))); }

    [[nodiscard]] QString made(const QString &name) const { return path(QStringLiteral("made/") + name); }
    [[nodiscard]] QStringList filesMade() const
    {
        return QDir(path(QStringLiteral("made"))).entryList(QDir::Files | QDir::Hidden, QDir::Name);
    }
    // With --json.
    [[nodiscard]] Ended convert(const QString &source, const QString &target, const QString &level,
                                const QStringList &more = {}) const
    {
        return run(QStringList{QStringLiteral("convert"), source, QStringLiteral("-o"), made(target),
                               QStringLiteral("--type"), level} +
                   more);
    }
};

// Empty if it cannot be read, also below.
[[nodiscard]] inline QByteArray content(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

[[nodiscard]] inline QString hashOf(const QString &path)
{
    return QString::fromLatin1(QCryptographicHash::hash(content(path), QCryptographicHash::Sha256).toHex());
}

[[nodiscard]] inline QJsonObject jsonIn(const QString &path)
{
    return QJsonDocument::fromJson(content(path)).object();
}

[[nodiscard]] inline std::string textOf(const gguf::Header &header, const char *key)
{
    const gguf::Value *value = header.find(key);
    return value != nullptr && value->text() != nullptr ? *value->text() : std::string();
}

} // namespace snug::test
