// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/markdown/web_link.h"

#include <QDesktopServices>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace snug::ui {

QString WebLink::host() const
{
    const QUrl url(m_address, QUrl::TolerantMode);
    const QString scheme = url.scheme().toLower();
    if (scheme == u"mailto"_s)
        return url.path();
    const bool web = scheme == u"http"_s || scheme == u"https"_s;
    return web ? url.host(QUrl::FullyEncoded) : QString();
}

void WebLink::open() const
{
    if (!host().isEmpty())
        QDesktopServices::openUrl(QUrl(m_address, QUrl::TolerantMode));
}

} // namespace snug::ui
