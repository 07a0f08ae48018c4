// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QCache>
#include <QList>
#include <QObject>
#include <QString>
#include <QThread>

#include <memory>

namespace snug::ui {

// Part of a code's text that is drawn in a colour of its own. Positions in UTF-16 units.
struct ColouredSpan {
    enum Ink { Keyword, String, Number, Comment, Name };
    int start = 0;
    int length = 0;
    Ink ink = Keyword;

    bool operator==(const ColouredSpan &) const = default;
};

// Tells the colours of code by highlight.js, which runs in a JavaScript engine on a thread of its own. That
// costs about a second for 32 KiB, so longer code stays plain, as does code of an unknown language or with
// lines of more than 2000 characters. GUI thread; owned by the application; the engine starts with the first
// request. Destroying it stops the engine and waits for it.
class Highlighter final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Highlighter)
public:
    explicit Highlighter(QObject *parent = nullptr);
    ~Highlighter() override;

    [[nodiscard]] static bool isWorthwhile(const QString &language, const QString &code);

    // The answer is `finished` with the same number, always later.
    quint64 request(const QString &language, const QString &code);
    // Nobody waits for it any more.
    void cancel(quint64 request);

Q_SIGNALS:
    // `milliseconds` is what it cost; 0 if it was known.
    void finished(quint64 request, const QList<snug::ui::ColouredSpan> &spans, int milliseconds);

private:
    class Worker;

    void keep(quint64 request, const QList<ColouredSpan> &spans, int milliseconds);

    QThread m_thread;
    Worker *m_worker = nullptr; // lives on the thread, which deletes it
    quint64 m_last = 0;
    QHash<quint64, QString> m_asked;              // language and code by request
    QCache<QString, QList<ColouredSpan>> m_known; // scrolling back asks for the same again
};

// What highlight.js wrote (HTML, of which it uses only <span class="..."> and five entities) as spans.
[[nodiscard]] QList<ColouredSpan> spansOfHtml(QStringView html);

} // namespace snug::ui
