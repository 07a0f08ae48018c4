// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>

namespace snug::ui {

// The last 8 KiB of a log.
class LogTail {
public:
    static constexpr qsizetype kBytes = 8 * 1024;

    void add(const QByteArray &bytes)
    {
        m_bytes.append(bytes.right(kBytes));
        if (m_bytes.size() > kBytes)
            m_bytes = m_bytes.last(kBytes);
    }

    [[nodiscard]] QString text() const { return QString::fromUtf8(m_bytes).trimmed(); }

private:
    QByteArray m_bytes;
};

} // namespace snug::ui
