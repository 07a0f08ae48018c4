// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/plan.h"
#include "tests/support/gguf_errors.h"
#include "tests/support/test_data.h"

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QString>
#include <QStringList>
#include <QTest>

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

// What the tests of core/convert share: the reference's fixtures and what it made of them.
namespace snug::test {

// Folders of checkpoints below `root` that have an expected.json, by name.
[[nodiscard]] inline QStringList fixturesIn(const QString &root)
{
    QStringList found;
    const auto names = QDir(root).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    for (const QString &name : names) {
        if (QFile::exists(root + QLatin1Char('/') + name + QStringLiteral("/expected.json")))
            found += name;
    }
    return found;
}

// A row, "folder", for each fixture of these groups, and of the folders of fixtures that the environment
// variable SNUG_MORE_FIXTURES names, for whoever has them: of those that have the file.
inline void addFixtures(std::initializer_list<const char *> groups, const char *having = "expected.json")
{
    QTest::addColumn<QString>("folder");
    QStringList roots;
    for (const char *group : groups)
        roots += dataFile(QString::fromLatin1(group));
    roots += qEnvironmentVariable("SNUG_MORE_FIXTURES").split(QDir::listSeparator(), Qt::SkipEmptyParts);
    for (const QString &root : roots) {
        for (const QString &name : fixturesIn(root)) {
            const QString folder = root + QLatin1Char('/') + name;
            if (QFile::exists(folder + QLatin1Char('/') + QLatin1String(having)))
                QTest::newRow(name.toUtf8().constData()) << folder;
        }
    }
}

[[nodiscard]] inline nlohmann::json jsonFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray text = file.readAll();
    return nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
}

[[nodiscard]] inline std::optional<convert::OutputType> outputType(const std::string &name)
{
    if (name == "f32")
        return convert::OutputType::F32;
    if (name == "f16")
        return convert::OutputType::F16;
    if (name == "bf16")
        return convert::OutputType::BF16;
    if (name == "q8_0")
        return convert::OutputType::Q8_0;
    return std::nullopt;
}

// Keys that a header without a tokenizer has: those of the architecture, and of general.* what decides about
// loading.
[[nodiscard]] inline bool isComparedKey(const std::string &key)
{
    if (key.starts_with("general."))
        return key == "general.architecture" || key == "general.file_type" || key == "general.type" ||
               key == "general.quantization_version";
    return !key.starts_with("tokenizer.");
}

// "ARRAY true false"; the other kinds of arrays are of tokenizers.
[[nodiscard]] inline std::string toldArray(const gguf::Array &array)
{
    if (array.type != gguf::ValueType::Bool || !array.content)
        return "ARRAY of another type";
    std::string told = "ARRAY";
    for (const std::byte flag : *array.content)
        told += flag == std::byte{0} ? " false" : " true";
    return told;
}

// "UINT32 3", as expected.json would say it.
[[nodiscard]] inline std::string toldValue(const gguf::Value &value)
{
    if (const auto *text = value.text())
        return "STRING " + *text;
    switch (value.type()) {
    case gguf::ValueType::Uint32:
        return "UINT32 " + std::to_string(*value.integer());
    case gguf::ValueType::Float32:
        return "FLOAT32 " + std::to_string(static_cast<float>(*value.number()));
    case gguf::ValueType::Bool:
        return *value.boolean() ? "BOOL true" : "BOOL false";
    case gguf::ValueType::Array:
        return toldArray(std::get<gguf::Array>(value.content()));
    default:
        return "another type";
    }
}

[[nodiscard]] inline std::string toldValue(const nlohmann::json &expected)
{
    const auto type = expected.value("type", std::string());
    const auto &value = expected["value"];
    if (value.is_array()) {
        std::string told = type;
        for (const auto &entry : value)
            told += ' ' + entry.dump();
        return told;
    }
    if (value.is_string())
        return type + " " + value.get<std::string>();
    if (value.is_boolean())
        return type + (value.get<bool>() ? " true" : " false");
    if (type == "FLOAT32")
        return type + " " + std::to_string(static_cast<float>(value.get<double>()));
    return type + " " + value.dump();
}

// Name, type and shape of each tensor in one line, sorted: what is compared.
[[nodiscard]] inline QStringList toldTensors(const std::vector<convert::PlannedTensor> &tensors)
{
    QStringList lines;
    for (const auto &tensor : tensors) {
        QStringList dims;
        for (auto dim = tensor.shape.rbegin(); dim != tensor.shape.rend(); ++dim)
            dims += QString::number(*dim);
        lines +=
            QString::fromStdString(tensor.name + " " + std::string(gguf::tensorTypeName(tensor.type)) + " ") +
            dims.join(QLatin1Char('x'));
    }
    lines.sort();
    return lines;
}

[[nodiscard]] inline QStringList toldTensors(const nlohmann::json &expected)
{
    QStringList lines;
    for (const auto &tensor : expected) {
        QStringList dims;
        for (const auto &dim : tensor["ne"])
            dims += QString::number(dim.get<qint64>());
        lines += QString::fromStdString(tensor["name"].get<std::string>() + " " +
                                        tensor["type"].get<std::string>() + " ") +
                 dims.join(QLatin1Char('x'));
    }
    lines.sort();
    return lines;
}

// The first difference, for a person; empty if there is none.
[[nodiscard]] inline QByteArray difference(const QStringList &made, const QStringList &expected)
{
    for (const QString &line : expected) {
        if (!made.contains(line))
            return "missing: " + line.toUtf8();
    }
    for (const QString &line : made) {
        if (!expected.contains(line))
            return "too much: " + line.toUtf8();
    }
    return made.size() == expected.size() ? QByteArray() : QByteArray("a tensor twice");
}

} // namespace snug::test
