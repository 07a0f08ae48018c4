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

// Gives the document of a TextEdit the window's type scale and colours: line heights, space between
// paragraphs, headings, lists, quotes, tables, links and code within a line. Qt's Markdown reader has its
// own, fixed ideas of all of these. GUI thread; owned by the item that shows the text, which calls apply()
// after each change of it.
class MarkdownStyle : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QQuickTextDocument *document MEMBER m_document NOTIFY changed)
    Q_PROPERTY(int size MEMBER m_size NOTIFY changed)
    Q_PROPERTY(bool paragraphs MEMBER m_paragraphs NOTIFY changed)
    Q_PROPERTY(qreal scale MEMBER m_scale NOTIFY changed)
    Q_PROPERTY(QString mono MEMBER m_mono NOTIFY changed)
    Q_PROPERTY(QColor link MEMBER m_link NOTIFY changed)
    Q_PROPERTY(QColor muted MEMBER m_muted NOTIFY changed)
    Q_PROPERTY(QColor codeGround MEMBER m_codeGround NOTIFY changed)
    Q_PROPERTY(QColor line MEMBER m_line NOTIFY changed)

public:
    explicit MarkdownStyle(QObject *parent = nullptr);

    // Does nothing before begin(), which the item calls when its text and all of these properties are there.
    Q_INVOKABLE void apply();
    Q_INVOKABLE void begin();

Q_SIGNALS:
    void changed();

private:
    [[nodiscard]] int pixels(int unscaled) const;
    [[nodiscard]] int sizeOf(const QTextBlock &block) const;
    void styleBlock(const QTextBlock &block, bool last) const;
    void styleWords(const QTextBlock &block, int size) const;
    void styleTables(const QTextFrame &frame) const;
    [[nodiscard]] QTextBlockFormat formatOf(const QTextBlock &block, bool last) const;

    QQuickTextDocument *m_document = nullptr;
    int m_size = 14;          // pixels of body text, scaled already
    bool m_paragraphs = true; // false: every line of a plain text is a block of its own, without gaps
    qreal m_scale = 1;
    QString m_mono;
    QColor m_link;
    QColor m_muted;
    QColor m_codeGround;
    QColor m_line;
    bool m_begun = false;
    bool m_applying = false; // a change of format reads as a change of text to the TextEdit
};

} // namespace snug::ui
