// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QColor>
#include <QObject>
#include <QQuickTextDocument>
#include <QTextFormat>
#include <QtQml/qqmlregistration.h>

class QTextBlock;
class QTextDocument;
class QTextFrame;

namespace snug::ui {

// Writes a message, or a block of one, into the document of a TextEdit: Markdown or plain text, on the
// window's type scale and in its colours. Line heights, space between paragraphs, headings, lists, quotes,
// tables, links and code within a line: Qt's Markdown reader has its own, fixed ideas of all of these. GUI
// thread; owned by the TextEdit, whose own `text` is left alone.
class MessageDocument : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QQuickTextDocument *document MEMBER m_document NOTIFY wordsChanged)
    Q_PROPERTY(QString text MEMBER m_text NOTIFY wordsChanged)
    Q_PROPERTY(bool markdown MEMBER m_markdown NOTIFY wordsChanged)
    Q_PROPERTY(int size MEMBER m_size NOTIFY looksChanged)
    Q_PROPERTY(qreal scale MEMBER m_scale NOTIFY looksChanged)
    Q_PROPERTY(QString mono MEMBER m_mono NOTIFY looksChanged)
    Q_PROPERTY(QColor link MEMBER m_link NOTIFY looksChanged)
    Q_PROPERTY(QColor muted MEMBER m_muted NOTIFY looksChanged)
    Q_PROPERTY(QColor codeGround MEMBER m_codeGround NOTIFY looksChanged)
    Q_PROPERTY(QColor line MEMBER m_line NOTIFY looksChanged)

public:
    explicit MessageDocument(QObject *parent = nullptr);

    // The TextEdit is complete: its document stays empty before, so that nothing is laid out twice.
    Q_INVOKABLE void begin();

Q_SIGNALS:
    void wordsChanged();
    void looksChanged();

private:
    void write();
    void restyle();
    [[nodiscard]] QTextDocument *target() const; // null before begin()
    [[nodiscard]] int pixels(int unscaled) const;
    [[nodiscard]] int sizeOf(const QTextBlock &block) const;
    void style(QTextDocument &document) const;
    void styleBlock(const QTextBlock &block, bool last) const;
    void styleWords(const QTextBlock &block, int size) const;
    void styleTables(const QTextFrame &frame) const;
    [[nodiscard]] QTextBlockFormat formatOf(const QTextBlock &block, bool last) const;

    QQuickTextDocument *m_document = nullptr;
    QString m_text;
    bool m_markdown = false; // plain: every line is a block of its own, without gaps
    int m_size = 14;         // pixels of body text, scaled already
    qreal m_scale = 1;
    QString m_mono;
    QColor m_link;
    QColor m_muted;
    QColor m_codeGround;
    QColor m_line;
    bool m_begun = false;
};

} // namespace snug::ui
