// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/code/highlighter.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJSEngine>
#include <QLoggingCategory>
#include <QMutex>
#include <QMutexLocker>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr qsizetype kMostCode = 32 * 1024;
constexpr qsizetype kLongestLine = 2000;
constexpr int kMostKnown = 512 * 1024; // characters of code whose colours are kept

// highlight.js asks for what the JavaScript of Qt 6.4 does otherwise: "__proto__: null" makes a property
// there, regular expressions know no classes of characters, and those of the kind "u" lose their place.
constexpr std::array<std::pair<QLatin1StringView, QLatin1StringView>, 4> kAdaptions = {{
    {"__proto__:null,"_L1, ""_L1},
    {R"([\p{XID_Start}_]\p{XID_Continue}*)"_L1, R"([A-Za-z_\u00AA-\uFFDC][0-9A-Za-z_\u00AA-\uFFDC]*)"_L1},
    {"unicodeRegex:!0"_L1, "unicodeRegex:!1"_L1},
    {R"(\p{L})"_L1, R"(A-Za-z\u00AA-\uFFDC)"_L1},
}};

QLoggingCategory::CategoryFilter formerFilter = nullptr;

// The engine warns of every constant that a function above it uses, which is fine JavaScript.
void withoutCompilerWarnings(QLoggingCategory *category)
{
    formerFilter(category);
    if (qstrcmp(category->categoryName(), "qt.qml.compiler") == 0)
        category->setEnabled(QtWarningMsg, false);
}

QString library()
{
    QFile file(u":/snug/highlight/highlight.min.js"_s);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString source = QString::fromUtf8(file.readAll());
    for (const auto &[from, to] : kAdaptions)
        source.replace(from, to);
    return source;
}

std::optional<ColouredSpan::Ink> inkOf(QStringView classes)
{
    struct Entry {
        QLatin1StringView name;
        ColouredSpan::Ink ink;
    };
    static constexpr std::array<Entry, 21> kInks = {{
        {"keyword"_L1, ColouredSpan::Keyword}, {"literal"_L1, ColouredSpan::Number},
        {"type"_L1, ColouredSpan::Keyword},    {"tag"_L1, ColouredSpan::Name},
        {"string"_L1, ColouredSpan::String},   {"char"_L1, ColouredSpan::String},
        {"regexp"_L1, ColouredSpan::String},   {"addition"_L1, ColouredSpan::String},
        {"number"_L1, ColouredSpan::Number},   {"symbol"_L1, ColouredSpan::Number},
        {"comment"_L1, ColouredSpan::Comment}, {"quote"_L1, ColouredSpan::Comment},
        {"doctag"_L1, ColouredSpan::Comment},  {"title"_L1, ColouredSpan::Name},
        {"name"_L1, ColouredSpan::Name},       {"attr"_L1, ColouredSpan::Name},
        {"section"_L1, ColouredSpan::Name},    {"built_in"_L1, ColouredSpan::Name},
        {"meta"_L1, ColouredSpan::Keyword},    {"selector-tag"_L1, ColouredSpan::Keyword},
        {"deletion"_L1, ColouredSpan::Number},
    }};
    constexpr auto kPrefix = "hljs-"_L1;
    if (!classes.startsWith(kPrefix))
        return std::nullopt;
    const QStringView rest = classes.sliced(kPrefix.size());
    const qsizetype end = rest.indexOf(u' ');
    const QStringView name = end < 0 ? rest : rest.first(end);
    const auto found = std::ranges::find_if(kInks, [name](const Entry &entry) { return entry.name == name; });
    return found == kInks.end() ? std::nullopt : std::optional(found->ink);
}

} // namespace

// Runs jobs one after the other until it is told to stop.
class Highlighter::Worker final : public QObject {
public:
    explicit Worker(Highlighter &owner) : m_owner(owner) {}

    void cancel(quint64 request)
    {
        const QMutexLocker lock(&m_mutex);
        m_cancelled.append(request);
    }

    void stop()
    {
        const QMutexLocker lock(&m_mutex);
        m_stopped = true;
        if (m_engine)
            m_engine->setInterrupted(true);
    }

    void work(quint64 request, const QString &language, const QString &code)
    {
        {
            const QMutexLocker lock(&m_mutex);
            if (m_stopped || m_cancelled.removeAll(request) > 0)
                return;
            if (!m_engine)
                m_engine = std::make_unique<QJSEngine>();
        }
        if (!m_function)
            load();
        QElapsedTimer clock;
        clock.start();
        const QJSValue html = m_function->call({code, language});
        QList<ColouredSpan> spans;
        if (!html.isError())
            spans = spansOfHtml(html.toString());
        QMetaObject::invokeMethod(
            &m_owner,
            [owner = &m_owner, request, spans = std::move(spans), took = static_cast<int>(clock.elapsed())] {
                owner->keep(request, spans, took);
            },
            Qt::QueuedConnection);
    }

private:
    void load()
    {
        formerFilter = QLoggingCategory::installFilter(nullptr);
        QLoggingCategory::installFilter(withoutCompilerWarnings);
        m_engine->evaluate(library(), u"highlight.min.js"_s);
        QLoggingCategory::installFilter(formerFilter);
        // Inside HTML it misses the ends of tags there, and no colours are better than wrong ones.
        m_function =
            m_engine->evaluate(u"(code, language) => { const known = hljs.getLanguage(language);"
                               " return known && known.name !== 'HTML, XML'"
                               " ? hljs.highlight(code, {language, ignoreIllegals: true}).value : '' }"_s);
    }

    Highlighter &m_owner;
    std::unique_ptr<QJSEngine> m_engine; // made and used on the worker's thread
    std::optional<QJSValue> m_function;
    QMutex m_mutex;
    QList<quint64> m_cancelled;
    bool m_stopped = false;
};

Highlighter::Highlighter(QObject *parent) : QObject(parent), m_worker(new Worker(*this))
{
    m_known.setMaxCost(kMostKnown);
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.start(QThread::LowPriority);
}

Highlighter::~Highlighter()
{
    m_worker->stop();
    m_thread.quit();
    m_thread.wait();
}

bool Highlighter::isWorthwhile(const QString &language, const QString &code)
{
    if (language.isEmpty() || code.isEmpty() || code.size() > kMostCode)
        return false;
    qsizetype lineStart = 0;
    while (lineStart < code.size()) {
        const qsizetype found = code.indexOf(u'\n', lineStart);
        const qsizetype end = found < 0 ? code.size() : found;
        if (end - lineStart > kLongestLine)
            return false;
        lineStart = end + 1;
    }
    return true;
}

quint64 Highlighter::request(const QString &language, const QString &code)
{
    const quint64 request = ++m_last;
    const QString key = language + u'\n' + code;
    if (const QList<ColouredSpan> *known = m_known.object(key)) {
        QMetaObject::invokeMethod(
            this, [this, request, spans = *known] { Q_EMIT finished(request, spans, 0); },
            Qt::QueuedConnection);
        return request;
    }
    m_asked.insert(request, key);
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, request, language, code] { worker->work(request, language, code); },
        Qt::QueuedConnection);
    return request;
}

void Highlighter::cancel(quint64 request)
{
    if (m_asked.remove(request))
        m_worker->cancel(request);
}

void Highlighter::keep(quint64 request, const QList<ColouredSpan> &spans, int milliseconds)
{
    const auto asked = m_asked.constFind(request);
    if (asked == m_asked.cend())
        return;
    const QString key = *asked;
    m_asked.erase(asked);
    m_known.insert(key, new QList<ColouredSpan>(spans), static_cast<qsizetype>(key.size()));
    Q_EMIT finished(request, spans, milliseconds);
}

QList<ColouredSpan> spansOfHtml(QStringView html)
{
    QList<ColouredSpan> spans;
    QList<std::optional<ColouredSpan::Ink>> open;
    int position = 0;
    int start = 0;
    const auto flush = [&] {
        if (!open.isEmpty() && open.last() && position > start)
            spans.append({start, position - start, *open.last()});
        start = position;
    };
    while (!html.isEmpty()) {
        const QChar c = html.front();
        const qsizetype end = c == u'<' ? html.indexOf(u'>') : c == u'&' ? html.indexOf(u';') : 0;
        if (end <= 0) {
            ++position;
            html = html.sliced(1);
            continue;
        }
        if (c == u'&') {
            ++position; // every entity that it writes is one character
        } else {
            flush();
            constexpr auto kOpening = "<span class=\""_L1;
            if (!html.startsWith(kOpening)) {
                open.isEmpty() ? void() : open.removeLast();
            } else {
                const auto inner = open.isEmpty() ? std::nullopt : open.last();
                const auto ink = inkOf(html.sliced(kOpening.size(), end - kOpening.size() - 1));
                open.append(ink ? ink : inner);
            }
        }
        html = html.sliced(end + 1);
    }
    flush();
    return spans;
}

} // namespace snug::ui
