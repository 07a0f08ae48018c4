// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QString>
#include <QtQml/qqmlregistration.h>

namespace snug::ui {

// An address that a model wrote: where it leads, said before anything is opened. GUI thread.
class WebLink : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QString address MEMBER m_address NOTIFY changed)
    Q_PROPERTY(QString host READ host NOTIFY changed)

public:
    using QObject::QObject;

    // The host in ASCII, where no letter can pass for another; whom a mailto: writes to; empty for what is
    // not opened.
    [[nodiscard]] QString host() const;
    // In the browser, and only http, https and mailto.
    Q_INVOKABLE void open() const;

Q_SIGNALS:
    void changed();

private:
    QString m_address;
};

} // namespace snug::ui
