// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/code/highlighter.h"

#include <QColor>
#include <QElapsedTimer>
#include <QPointer>
#include <QQuickTextDocument>
#include <QTimer>
#include <QUrl>
#include <QtQml/qqmlregistration.h>

#include <memory>

namespace snug::ui {

class CodePainter;

// Shows code in the document of a TextEdit, in colours. Code that grows is appended to, and asked for its
// colours at most three times a second and for at most a tenth of the time. Of long code the first 400 lines
// show until showMore(). GUI thread; owned by the item that shows it.
class CodeText : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QQuickTextDocument *document READ document WRITE setDocument NOTIFY changed)
    Q_PROPERTY(snug::ui::Highlighter *highlighter MEMBER m_highlighter WRITE setHighlighter NOTIFY changed)
    Q_PROPERTY(QString code READ code WRITE setCode NOTIFY changed)
    Q_PROPERTY(QString language READ language WRITE setLanguage NOTIFY changed)
    Q_PROPERTY(QList<QColor> inks READ inks WRITE setInks NOTIFY changed)
    Q_PROPERTY(int lineHeight READ lineHeight WRITE setLineHeight NOTIFY changed)
    Q_PROPERTY(int hiddenLines READ hiddenLines NOTIFY changed)
    Q_PROPERTY(QString fileName READ fileName NOTIFY changed)

public:
    explicit CodeText(QObject *parent = nullptr);
    ~CodeText() override;

    [[nodiscard]] QQuickTextDocument *document() const { return m_document; }
    void setDocument(QQuickTextDocument *document);
    void setHighlighter(Highlighter *highlighter);
    [[nodiscard]] QString code() const { return m_code; }
    void setCode(const QString &code);
    [[nodiscard]] QString language() const { return m_language; }
    void setLanguage(const QString &language);
    // Of keywords, strings, numbers, comments and names.
    [[nodiscard]] QList<QColor> inks() const { return m_inks; }
    void setInks(const QList<QColor> &inks);
    [[nodiscard]] int lineHeight() const { return m_lineHeight; }
    void setLineHeight(int pixels);
    [[nodiscard]] int hiddenLines() const;
    // "code.py": a name to save it under.
    [[nodiscard]] QString fileName() const;

    // The TextEdit is complete: its document is empty before, so that nothing is laid out twice.
    Q_INVOKABLE void begin();
    Q_INVOKABLE void showMore();
    // Why it could not be written, for people; empty if it was.
    [[nodiscard]] Q_INVOKABLE QString save(const QUrl &file) const;

Q_SIGNALS:
    void changed();

private:
    void show();
    void askForColours();
    void onFinished(quint64 request, const QList<ColouredSpan> &spans, int milliseconds);
    void drop();

    QPointer<QQuickTextDocument> m_document;
    QPointer<Highlighter> m_highlighter;
    QString m_code;
    QString m_shown;
    QString m_asked; // what the colours are of, with its language
    QString m_language;
    QList<QColor> m_inks;
    int m_lineHeight = 0;
    int m_mostLines = 0;
    bool m_begun = false;
    quint64 m_request = 0; // 0: none
    QTimer m_pace;
    std::unique_ptr<CodePainter> m_painter;
};

} // namespace snug::ui
