// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <QObject>
#include <QString>

namespace snug::ui {

// What went wrong, as a page shows it: cause and effect, what to do, and the technical part folded away.
struct Problem {
    Q_GADGET
    Q_PROPERTY(bool present MEMBER present)
    Q_PROPERTY(QString kind MEMBER kind)
    Q_PROPERTY(QString message MEMBER message)
    Q_PROPERTY(QString hint MEMBER hint)
    Q_PROPERTY(QString details MEMBER details)

public:
    bool present = false;
    QString kind; // kindName() of the error
    QString message;
    QString hint;
    QString details; // "key: value" lines, then the last lines of a log

    bool operator==(const Problem &) const = default;
};

[[nodiscard]] Problem problemFrom(const Error &error);

// The value of a detail as text; empty if it is not there.
[[nodiscard]] QString detailText(const Error &error, std::string_view name);

} // namespace snug::ui
