// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/markdown/block_splitter.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

namespace snug::ui {

// The blocks of one message, for QML to show one below the other. While an answer grows only the last block
// changes, so that what was shown before is not laid out again. GUI thread; owned by the item that shows it.
class MarkdownBlocks : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QString source READ source WRITE setSource NOTIFY sourceChanged)

public:
    enum Role { CodeRole = Qt::UserRole + 1, TextRole, LanguageRole };

    using QAbstractListModel::QAbstractListModel;

    // What chat::safeMarkdown wrote.
    [[nodiscard]] QString source() const { return m_source; }
    void setSource(const QString &source);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void sourceChanged();

private:
    QString m_source;
    std::vector<MarkdownBlock> m_blocks;
};

} // namespace snug::ui
