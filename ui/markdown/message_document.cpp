// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/markdown/message_document.h"

#include <QQuickItem>
#include <QSignalBlocker>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextFrame>
#include <QTextList>
#include <QTextTable>

#include <array>
#include <cmath>

namespace snug::ui {
namespace {

// Sizes of the type scale and their line heights, for body text and headings of the levels 1, 2 and below.
struct TypeStep {
    int size;
    int lineHeight;
};
constexpr std::array<TypeStep, 4> kSteps = {{{14, 20}, {20, 28}, {16, 24}, {14, 20}}};
constexpr int kCodeSize = 13;
constexpr int kParagraphGap = 12;
constexpr int kItemGap = 4;
constexpr int kHeadingGap = 8; // more above a heading than below it
constexpr int kIndent = 24;
constexpr int kQuoteIndent = 16;
constexpr int kCellPadding = 6;
constexpr qsizetype kLong = 10'000; // characters

const TypeStep &stepOf(const QTextBlock &block)
{
    return kSteps.at(static_cast<std::size_t>(std::clamp(block.blockFormat().headingLevel(), 0, 3)));
}

} // namespace

MessageDocument::MessageDocument(QObject *parent) : QObject(parent)
{
    connect(this, &MessageDocument::wordsChanged, this, &MessageDocument::write);
    connect(this, &MessageDocument::looksChanged, this, &MessageDocument::restyle);
}

void MessageDocument::begin()
{
    m_begun = true;
    write();
}

QTextDocument *MessageDocument::target() const
{
    return m_begun && m_document != nullptr ? m_document->textDocument() : nullptr;
}

// Qt's reader changes the document a dozen times, and each time it would be laid out and the TextEdit told.
void MessageDocument::write()
{
    QTextDocument *document = target();
    if (document == nullptr)
        return;
    // As setting its `text` does: of a long one the TextEdit draws what is in view.
    if (auto *edit = qobject_cast<QQuickItem *>(m_document->parent()))
        edit->setFlag(QQuickItem::ItemObservesViewport, m_text.size() > kLong);
    document->setUndoRedoEnabled(false);
    const int before = document->characterCount();
    {
        const QSignalBlocker quiet(document);
        document->setLayoutEnabled(false);
        if (m_markdown)
            document->setMarkdown(m_text);
        else
            document->setPlainText(m_text);
        style(*document);
        document->setLayoutEnabled(true);
    }
    Q_EMIT document->contentsChange(0, before, document->characterCount());
    Q_EMIT document->contentsChanged();
}

void MessageDocument::restyle()
{
    if (QTextDocument *document = target())
        style(*document);
}

void MessageDocument::style(QTextDocument &document) const
{
    QTextCursor whole(&document);
    whole.beginEditBlock();
    document.setIndentWidth(pixels(kIndent));
    document.setDocumentMargin(0);
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next())
        styleBlock(block, block == document.lastBlock());
    styleTables(*document.rootFrame());
    whole.endEditBlock();
}

int MessageDocument::pixels(int unscaled) const
{
    return static_cast<int>(std::lround(unscaled * m_scale));
}

int MessageDocument::sizeOf(const QTextBlock &block) const
{
    return block.blockFormat().headingLevel() > 0 ? pixels(stepOf(block).size) : m_size;
}

void MessageDocument::styleBlock(const QTextBlock &block, bool last) const
{
    QTextCursor cursor(block);
    cursor.setBlockFormat(formatOf(block, last));
    styleWords(block, sizeOf(block));
}

QTextBlockFormat MessageDocument::formatOf(const QTextBlock &block, bool last) const
{
    QTextBlockFormat format = block.blockFormat();
    const bool inTable = QTextCursor(block).currentTable() != nullptr;
    const bool item = block.textList() != nullptr;
    const bool nextIsItem = block.next().isValid() && block.next().textList() != nullptr;
    const bool heading = format.headingLevel() > 0;
    const int quotes = format.intProperty(QTextFormat::BlockQuoteLevel);
    format.setLineHeight(pixels(stepOf(block).lineHeight), QTextBlockFormat::FixedHeight);
    format.setTopMargin(heading && block.blockNumber() > 0 ? pixels(kHeadingGap) : 0);
    const int gap = item && nextIsItem ? kItemGap : heading ? kHeadingGap : kParagraphGap;
    format.setBottomMargin(last || inTable || !m_markdown ? 0 : pixels(gap));
    format.setLeftMargin(pixels(kQuoteIndent * quotes));
    format.setRightMargin(0);
    return format;
}

void MessageDocument::styleWords(const QTextBlock &block, int size) const
{
    const bool quoted = block.blockFormat().intProperty(QTextFormat::BlockQuoteLevel) > 0;
    QTextCursor cursor(block);
    for (auto it = block.begin(); !it.atEnd(); ++it) {
        const QTextFragment words = it.fragment();
        QTextCharFormat format = words.charFormat();
        const bool code = format.fontFixedPitch();
        format.clearProperty(QTextFormat::FontSizeAdjustment);
        format.clearProperty(QTextFormat::FontPointSize);
        format.setProperty(QTextFormat::FontPixelSize, code ? pixels(kCodeSize) : size);
        if (code) {
            format.setFontFamilies({m_mono});
            format.setBackground(m_codeGround);
        }
        if (quoted)
            format.setForeground(m_muted);
        if (format.isAnchor()) {
            format.setForeground(m_link);
            format.setFontUnderline(true);
        }
        cursor.setPosition(words.position());
        cursor.setPosition(words.position() + words.length(), QTextCursor::KeepAnchor);
        cursor.setCharFormat(format);
    }
}

void MessageDocument::styleTables(const QTextFrame &frame) const
{
    const auto children = frame.childFrames();
    for (QTextFrame *child : children) {
        if (auto *table = qobject_cast<QTextTable *>(child)) {
            QTextTableFormat format = table->format();
            format.setBorder(1);
            format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
            format.setBorderBrush(m_line);
            format.setBorderCollapse(true);
            format.setCellSpacing(0);
            format.setCellPadding(pixels(kCellPadding));
            format.setTopMargin(0);
            format.setBottomMargin(0);
            table->setFormat(format);
        }
        styleTables(*child);
    }
}

} // namespace snug::ui
