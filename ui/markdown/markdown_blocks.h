// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/markdown_blocks.h"

#include <QAbstractListModel>
#include <QTimer>
#include <QtQml/qqmlregistration.h>

namespace snug::ui {

// The blocks of one message, for QML to show one below the other. While an answer grows only its last blocks
// change, at most twenty times a second, and a row keeps its kind; a long one arrives in slices, so that no
// turn of the event loop is long, and only up to a limit: laying out a book would stop the window. GUI
// thread; owned by the item that shows it.
class MarkdownBlocks : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QString source READ source WRITE setSource NOTIFY sourceChanged)
    Q_PROPERTY(int limit READ limit WRITE setLimit NOTIFY limitChanged)
    Q_PROPERTY(int hidden READ hidden NOTIFY hiddenChanged)

public:
    enum Role { KindRole = Qt::UserRole + 1, TextRole, InfoRole };

    explicit MarkdownBlocks(QObject *parent = nullptr);

    // Markdown as the model wrote it.
    [[nodiscard]] QString source() const { return m_source; }
    void setSource(const QString &source);
    // So many characters of it become blocks; 0: all. A smaller one takes nothing back.
    [[nodiscard]] int limit() const { return m_limit; }
    void setLimit(int characters);
    // Characters behind the limit.
    [[nodiscard]] int hidden() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void sourceChanged();
    void limitChanged();
    void hiddenChanged();

private:
    void readOn();
    [[nodiscard]] qsizetype readable() const;
    void place(std::size_t row, const chat::MarkdownBlock &block);
    void cutTo(std::size_t rows);

    QString m_source;
    int m_limit = 0;
    qsizetype m_read = 0; // characters of the source that the splitter has
    chat::MarkdownSplitter m_splitter;
    std::size_t m_finished = 0; // rows that do not change any more
    std::vector<chat::MarkdownBlock> m_rows;
    QTimer m_pace;
};

} // namespace snug::ui
