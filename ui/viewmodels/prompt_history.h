// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>

#include <functional>

namespace snug::ui {

// Walks through what was sent before, as a shell does: older and older, and back to where one began. Plain
// data with a place; GUI thread.
class PromptHistory {
public:
    using Read = std::function<QStringList()>; // newest first

    explicit PromptHistory(Read read) : m_read(std::move(read)) {}

    // Whether `text` is what the walk gave last, so that the next step goes on from there.
    [[nodiscard]] bool isAt(const QString &text) const { return m_at >= 0 && m_texts.value(m_at) == text; }
    // The next older one, or `text` where there is none. A text that is not of this walk begins a new one.
    [[nodiscard]] QString older(const QString &text)
    {
        if (!isAt(text)) {
            m_texts = m_read();
            m_at = -1;
        }
        if (m_at + 1 >= m_texts.size())
            return text;
        return m_texts.at(++m_at);
    }
    // The next newer one; empty after the newest.
    [[nodiscard]] QString newer(const QString &text)
    {
        if (!isAt(text))
            return text;
        --m_at;
        return m_texts.value(m_at);
    }

private:
    Read m_read;
    QStringList m_texts;
    qsizetype m_at = -1;
};

} // namespace snug::ui
