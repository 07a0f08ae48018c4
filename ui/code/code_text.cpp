// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/code/code_text.h"

#include "core/base/atomic_file.h"
#include "ui/viewmodels/text.h"

#include <QSyntaxHighlighter>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr int kLines = 400;                 // that show at first, and come with each showMore()
constexpr qsizetype kLongestShown = 65'536; // characters for each of these steps
constexpr int kLeastPauseMs = 330;
constexpr int kPauseFactor = 9; // times what the last colours cost

struct Suffix {
    QLatin1StringView language;
    QLatin1StringView suffix;
};
constexpr std::array<Suffix, 38> kSuffixes = {{
    {"bash"_L1, "sh"_L1},       {"sh"_L1, "sh"_L1},
    {"shell"_L1, "sh"_L1},      {"zsh"_L1, "sh"_L1},
    {"c"_L1, "c"_L1},           {"cpp"_L1, "cpp"_L1},
    {"c++"_L1, "cpp"_L1},       {"csharp"_L1, "cs"_L1},
    {"cs"_L1, "cs"_L1},         {"css"_L1, "css"_L1},
    {"diff"_L1, "diff"_L1},     {"go"_L1, "go"_L1},
    {"html"_L1, "html"_L1},     {"ini"_L1, "ini"_L1},
    {"java"_L1, "java"_L1},     {"javascript"_L1, "js"_L1},
    {"js"_L1, "js"_L1},         {"json"_L1, "json"_L1},
    {"kotlin"_L1, "kt"_L1},     {"lua"_L1, "lua"_L1},
    {"makefile"_L1, "mk"_L1},   {"markdown"_L1, "md"_L1},
    {"md"_L1, "md"_L1},         {"perl"_L1, "pl"_L1},
    {"php"_L1, "php"_L1},       {"powershell"_L1, "ps1"_L1},
    {"python"_L1, "py"_L1},     {"py"_L1, "py"_L1},
    {"r"_L1, "r"_L1},           {"ruby"_L1, "rb"_L1},
    {"rust"_L1, "rs"_L1},       {"sql"_L1, "sql"_L1},
    {"swift"_L1, "swift"_L1},   {"toml"_L1, "toml"_L1},
    {"typescript"_L1, "ts"_L1}, {"ts"_L1, "ts"_L1},
    {"xml"_L1, "xml"_L1},       {"yaml"_L1, "yaml"_L1},
}};

// The first lines of a text, at most so many.
QString firstLines(const QString &text, int lines)
{
    const qsizetype most = std::min(text.size(), kLongestShown * (lines / kLines));
    qsizetype end = -1;
    for (int line = 0; line < lines; ++line) {
        const qsizetype next = text.indexOf(u'\n', end + 1);
        if (next < 0 || next > most)
            return text.size() <= most ? text : text.left(end > 0 ? end : most);
        end = next;
    }
    return text.left(end);
}

} // namespace

// Keeps the colours while the document changes; positions are those of the document.
class CodePainter final : public QSyntaxHighlighter {
public:
    explicit CodePainter(QTextDocument *document) : QSyntaxHighlighter(document) {}

    void paint(const QList<ColouredSpan> &spans, const QList<QColor> &inks)
    {
        m_spans = spans;
        m_inks = inks;
        rehighlight();
    }
    void paint(const QList<QColor> &inks) { paint(m_spans, inks); }

protected:
    void highlightBlock(const QString &text) override
    {
        const int from = currentBlock().position();
        const int to = from + static_cast<int>(text.size());
        auto span =
            std::ranges::upper_bound(m_spans, from, {}, [](const ColouredSpan &s) { return s.start; });
        if (span != m_spans.begin())
            --span; // a comment of several lines
        for (; span != m_spans.end() && span->start < to; ++span) {
            const int begin = std::max(span->start, from);
            const int end = std::min(span->start + span->length, to);
            if (begin < end && span->ink < m_inks.size())
                setFormat(begin - from, end - begin, m_inks.at(span->ink));
        }
    }

private:
    QList<ColouredSpan> m_spans;
    QList<QColor> m_inks;
};

CodeText::CodeText(QObject *parent) : QObject(parent), m_mostLines(kLines)
{
    m_pace.setSingleShot(true);
    m_pace.setInterval(0);
    connect(&m_pace, &QTimer::timeout, this, &CodeText::askForColours);
}

CodeText::~CodeText()
{
    drop();
}

void CodeText::begin()
{
    m_begun = true;
    show();
}

void CodeText::setDocument(QQuickTextDocument *document)
{
    if (m_document == document)
        return;
    m_document = document;
    m_painter.reset();
    if (document != nullptr && document->textDocument() != nullptr) {
        document->textDocument()->setUndoRedoEnabled(false);
        document->textDocument()->setDocumentMargin(0);
        m_painter = std::make_unique<CodePainter>(document->textDocument());
    }
    m_shown.clear();
    show();
}

void CodeText::setHighlighter(Highlighter *highlighter)
{
    if (m_highlighter == highlighter)
        return;
    drop();
    m_highlighter = highlighter;
    if (highlighter != nullptr)
        connect(highlighter, &Highlighter::finished, this, &CodeText::onFinished);
    show();
}

void CodeText::setCode(const QString &code)
{
    if (m_code == code)
        return;
    if (!code.startsWith(m_code))
        m_mostLines = kLines;
    m_code = code;
    show();
}

void CodeText::setLanguage(const QString &language)
{
    if (m_language == language)
        return;
    m_language = language;
    show();
}

void CodeText::setInks(const QList<QColor> &inks)
{
    if (m_inks == inks)
        return;
    m_inks = inks;
    if (m_painter)
        m_painter->paint(m_inks);
    Q_EMIT changed();
}

void CodeText::setLineHeight(int pixels)
{
    if (m_lineHeight == pixels)
        return;
    m_lineHeight = pixels;
    m_shown.clear();
    show();
}

int CodeText::hiddenLines() const
{
    return static_cast<int>(m_code.size() > m_shown.size()
                                ? QStringView(m_code).sliced(m_shown.size()).count(u'\n') +
                                      (m_shown.isEmpty() ? 1 : 0)
                                : 0);
}

QString CodeText::fileName() const
{
    const auto found = std::ranges::find_if(kSuffixes, [this](const Suffix &entry) {
        return m_language.compare(entry.language, Qt::CaseInsensitive) == 0;
    });
    return u"code."_s + (found == kSuffixes.end() ? u"txt"_s : QString(found->suffix));
}

void CodeText::showMore()
{
    m_mostLines += kLines;
    show();
}

QString CodeText::save(const QUrl &file) const
{
    const auto path = std::filesystem::path(file.toLocalFile().toStdU16String());
    const auto written = replaceFile(path, toUtf8(m_code.endsWith(u'\n') ? m_code : m_code + u'\n'));
    return written ? QString() : fromUtf8(written.error().message);
}

void CodeText::show()
{
    if (m_begun && m_document && m_document->textDocument() != nullptr) {
        QString wanted = firstLines(m_code, m_mostLines);
        QTextCursor cursor(m_document->textDocument());
        cursor.beginEditBlock();
        if (!m_shown.isEmpty() && wanted.startsWith(m_shown)) {
            cursor.movePosition(QTextCursor::End);
            cursor.insertText(wanted.sliced(m_shown.size()));
        } else {
            QTextBlockFormat format;
            format.setLineHeight(m_lineHeight, QTextBlockFormat::FixedHeight);
            cursor.select(QTextCursor::Document);
            cursor.removeSelectedText();
            cursor.setBlockFormat(format);
            cursor.insertText(wanted);
        }
        cursor.endEditBlock();
        m_shown = std::move(wanted);
        if (!m_pace.isActive() && m_request == 0)
            m_pace.start();
    }
    Q_EMIT changed();
}

void CodeText::askForColours()
{
    const QString wanted = m_language + u'\n' + m_shown;
    if (!m_highlighter || m_request != 0 || m_asked == wanted ||
        !Highlighter::isWorthwhile(m_language, m_shown))
        return;
    m_asked = wanted;
    m_request = m_highlighter->request(m_language.toLower(), m_shown);
}

void CodeText::onFinished(quint64 request, const QList<ColouredSpan> &spans, int milliseconds)
{
    if (request != m_request)
        return;
    m_request = 0;
    if (m_painter)
        m_painter->paint(spans, m_inks);
    m_pace.setInterval(std::max(kLeastPauseMs, kPauseFactor * milliseconds));
    m_pace.start(); // for what has come since
}

void CodeText::drop()
{
    if (m_highlighter && m_request != 0)
        m_highlighter->cancel(m_request);
    m_request = 0;
}

} // namespace snug::ui
