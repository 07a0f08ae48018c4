// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <functional>

namespace snug::test {

// A copy of a small model, and the ways in which tests break it.
class BrokenModel {
public:
    // A folder or a file below the test data.
    BrokenModel(const QString &original, const QString &folder);

    [[nodiscard]] QString path(const QString &name) const { return m_folder + u'/' + name; }

    void remove(const QString &name);
    void write(const QString &name, const QByteArray &content);
    [[nodiscard]] QByteArray read(const QString &name) const;
    void change(const QString &name, const std::function<void(QByteArray &)> &change);
    // config.json and the like.
    void changeJson(const QString &name, const std::function<void(QJsonObject &)> &change);
    // The header of model.safetensors; its length is put right, the data stay as they are.
    void changeHeader(const std::function<void(QJsonObject &)> &change);
    // The first two bytes of a tensor's data.
    void putNumber(const QString &tensor, const QByteArray &number);

private:
    QString m_folder;
};

} // namespace snug::test
