// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/worker/line_splitter.h"

namespace snug::ui {

bool LineSplitter::add(QByteArrayView bytes, const std::function<void(QByteArrayView)> &onLine)
{
    while (!m_overflowed && !bytes.isEmpty()) {
        const qsizetype end = bytes.indexOf('\n');
        const QByteArrayView piece = end < 0 ? bytes : bytes.first(end);
        if (m_rest.size() + piece.size() > m_limit) {
            m_overflowed = true;
            m_rest.clear();
            break;
        }
        m_rest.append(piece);
        if (end < 0)
            break;
        const QByteArray line = std::exchange(m_rest, {});
        onLine(line);
        bytes = bytes.sliced(end + 1);
    }
    return !m_overflowed;
}

void LineSplitter::finish(const std::function<void(QByteArrayView)> &onLine)
{
    const QByteArray line = std::exchange(m_rest, {});
    if (!line.isEmpty())
        onLine(line);
}

} // namespace snug::ui
