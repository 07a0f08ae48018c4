// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <functional>

namespace snug::ui {

// Cuts a stream into lines of limited length.
class LineSplitter {
public:
    explicit LineSplitter(qsizetype limit) : m_limit(limit) {}

    // Calls `onLine` for every complete line, without its end. False once a line is longer than the limit;
    // nothing is read from then on.
    [[nodiscard]] bool add(QByteArrayView bytes, const std::function<void(QByteArrayView)> &onLine);
    // A last line that has no end.
    void finish(const std::function<void(QByteArrayView)> &onLine);

private:
    qsizetype m_limit;
    QByteArray m_rest;
    bool m_overflowed = false;
};

} // namespace snug::ui
