// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/markdown/block_splitter.h"

#include <QStringList>

#include <algorithm>
#include <optional>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr qsizetype kShortestFence = 3;

qsizetype runOf(QStringView line, QChar mark)
{
    return std::find_if(line.begin(), line.end(), [mark](QChar c) { return c != mark; }) - line.begin();
}

// The fence that a line opens: its marks, of which the closing line has at least as many.
std::optional<QStringView> openingFence(QStringView line)
{
    if (line.isEmpty() || (line.front() != u'`' && line.front() != u'~'))
        return std::nullopt;
    const qsizetype length = runOf(line, line.front());
    if (length < kShortestFence || line.sliced(length).contains(u'`'))
        return std::nullopt;
    return line.first(length);
}

bool closes(QStringView line, QStringView fence)
{
    return line.size() >= fence.size() && runOf(line, fence.front()) == line.size();
}

// The length of "12. " at the beginning of a line; 0 if no number stands there.
qsizetype numberLength(QStringView line)
{
    const qsizetype digits =
        std::find_if(line.begin(), line.end(), [](QChar c) { return c < u'0' || c > u'9'; }) - line.begin();
    const bool marked = digits > 0 && digits + 1 < line.size() &&
                        (line[digits] == u'.' || line[digits] == u')') && line[digits + 1] == u' ';
    return marked ? digits + 2 : 0;
}

qsizetype blanksBefore(QStringView line)
{
    return runOf(line, u' ');
}

// Makes paragraphs that show their number out of a list that does not begin with 1; what belonged to an item
// moves to the left edge with it.
QString withNumbersKept(const QStringList &lines)
{
    const auto first =
        std::find_if(lines.begin(), lines.end(), [](const QString &line) { return numberLength(line) > 0; });
    if (first == lines.end() || first->startsWith("1."_L1) || first->startsWith("1)"_L1))
        return lines.join(u'\n');
    QStringList kept;
    qsizetype belongs = 0;
    for (const QString &line : lines) {
        if (const qsizetype length = numberLength(line); length > 0) {
            belongs = length;
            kept.append(QString());
            kept.append(line.first(length - 2) + u'\\' + line.sliced(length - 2));
            continue;
        }
        const qsizetype blanks = blanksBefore(line);
        if (!line.isEmpty() && blanks == 0)
            belongs = 0;
        kept.append(line.sliced(std::min(blanks, belongs)));
    }
    return kept.join(u'\n');
}

} // namespace

std::vector<MarkdownBlock> splitSafeMarkdown(QStringView safeMarkdown)
{
    std::vector<MarkdownBlock> blocks;
    QStringList lines;
    std::optional<QStringView> fence;
    QString language;
    const auto flushText = [&] {
        const QString text = withNumbersKept(lines);
        if (!QStringView(text).trimmed().isEmpty())
            blocks.push_back({false, text, {}});
        lines.clear();
    };
    const auto flushCode = [&] {
        blocks.push_back({true, lines.join(u'\n'), language});
        lines.clear();
        fence.reset();
    };
    for (const QStringView line : safeMarkdown.split(u'\n')) {
        if (fence) {
            closes(line, *fence) ? flushCode() : lines.append(line.toString());
        } else if (const auto opened = openingFence(line)) {
            flushText();
            fence = opened;
            language = line.sliced(opened->size()).trimmed().toString();
        } else {
            lines.append(line.toString());
        }
    }
    fence ? flushCode() : flushText();
    return blocks;
}

} // namespace snug::ui
