// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/cli/broken_models.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QtEndian>

using namespace Qt::StringLiterals;

namespace snug::test {
namespace {

const QString kWeights = u"model.safetensors"_s;
constexpr qsizetype kLengthBytes = 8; // before the header

qsizetype headerBytes(const QByteArray &file)
{
    return static_cast<qsizetype>(qFromLittleEndian<quint64>(file.constData()));
}

} // namespace

BrokenModel::BrokenModel(const QString &original, const QString &folder) : m_folder(folder)
{
    QDir().mkpath(folder);
    const QFileInfo info(original);
    const QDir from = info.isDir() ? QDir(original) : info.dir();
    const QStringList names = info.isDir() ? from.entryList(QDir::Files) : QStringList{info.fileName()};
    for (const QString &name : names)
        write(name, [&] {
            QFile file(from.filePath(name));
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        }());
}

void BrokenModel::remove(const QString &name)
{
    QFile::remove(path(name));
}

void BrokenModel::write(const QString &name, const QByteArray &content)
{
    QFile file(path(name));
    if (file.open(QIODevice::WriteOnly))
        file.write(content);
}

QByteArray BrokenModel::read(const QString &name) const
{
    QFile file(path(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void BrokenModel::change(const QString &name, const std::function<void(QByteArray &)> &change)
{
    QByteArray content = read(name);
    change(content);
    write(name, content);
}

void BrokenModel::changeJson(const QString &name, const std::function<void(QJsonObject &)> &change)
{
    QJsonObject object = QJsonDocument::fromJson(read(name)).object();
    change(object);
    write(name, QJsonDocument(object).toJson());
}

void BrokenModel::changeHeader(const std::function<void(QJsonObject &)> &change)
{
    const QByteArray file = read(kWeights);
    const qsizetype length = headerBytes(file);
    QJsonObject header = QJsonDocument::fromJson(file.mid(kLengthBytes, length)).object();
    change(header);
    const QByteArray text = QJsonDocument(header).toJson(QJsonDocument::Compact);
    QByteArray size(kLengthBytes, 0);
    qToLittleEndian(static_cast<quint64>(text.size()), size.data());
    write(kWeights, size + text + file.mid(kLengthBytes + length));
}

void BrokenModel::putNumber(const QString &tensor, const QByteArray &number)
{
    change(kWeights, [&](QByteArray &file) {
        const qsizetype length = headerBytes(file);
        const QJsonObject header = QJsonDocument::fromJson(file.mid(kLengthBytes, length)).object();
        const auto offset = header[tensor][u"data_offsets"_s][0].toInteger();
        file.replace(kLengthBytes + length + static_cast<qsizetype>(offset), number.size(), number);
    });
}

} // namespace snug::test
