// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/cli/cli_process.h"
#include "tests/support/test_data.h"

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

// What the tests of `chat` and `serve` share.
namespace snug::test {

[[nodiscard]] inline QString cli()
{
    return program(QStringLiteral("snug-cli"));
}

[[nodiscard]] inline QString starter()
{
    return dataFile(QStringLiteral("models/starter/snug-starter-Q8_0.gguf"));
}

[[nodiscard]] inline QString stories()
{
    return dataFile(QStringLiteral("models/stories260k-gguf/stories260K.gguf"));
}

[[nodiscard]] inline std::filesystem::path pathOf(const QString &text)
{
    return text.toStdString();
}

// `snug-cli VERB MODEL ARGUMENTS`, with `text` typed into it.
[[nodiscard]] inline Ended runVerb(const QString &verb, const QString &model, const QStringList &arguments,
                                   const QByteArray &text = {})
{
    return runProgram(cli(), QStringList{verb, model} + arguments, Input::Open, text);
}

[[nodiscard]] inline QString written(const QTemporaryDir &folder, const QString &name, const QByteArray &text)
{
    QFile file(folder.filePath(name));
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? file.fileName() : QString();
}

// Of one kind, in order.
[[nodiscard]] inline QList<QJsonObject> eventsOf(const Ended &ended, const QString &kind)
{
    QList<QJsonObject> found;
    for (const QJsonObject &event : ended.events()) {
        if (event.value(u"event").toString() == kind)
            found << event;
    }
    return found;
}

[[nodiscard]] inline QStringList findingsOf(const QJsonObject &said)
{
    QStringList ids;
    const QJsonArray findings = said.value(u"template").toObject().value(u"findings").toArray();
    for (const QJsonValue &finding : findings)
        ids << finding[u"id"].toString();
    return ids;
}

} // namespace snug::test
