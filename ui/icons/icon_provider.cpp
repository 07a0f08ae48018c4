// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/icons/icon_provider.h"

#include <QColor>
#include <QFile>
#include <QPainter>
#include <QSvgRenderer>

namespace snug::ui {
namespace {

constexpr int kDefaultSize = 24;

QByteArray colouredSvg(const QString &name, const QColor &colour)
{
    QFile file(QStringLiteral(":/snug/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return file.readAll().replace("currentColor", colour.name().toLatin1());
}

} // namespace

IconProvider::IconProvider() : QQuickImageProvider(QQuickImageProvider::Image) {}

QImage IconProvider::requestImage(const QString &id, QSize *size, const QSize &requestedSize)
{
    const QString name = id.section(QLatin1Char('/'), 0, 0);
    const QColor colour(QLatin1Char('#') + id.section(QLatin1Char('/'), 1, 1));
    const QSize wanted = requestedSize.isEmpty() ? QSize(kDefaultSize, kDefaultSize) : requestedSize;
    QImage image(wanted, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    if (QSvgRenderer renderer(colouredSvg(name, colour)); renderer.isValid()) {
        QPainter painter(&image);
        renderer.render(&painter);
    }
    if (size != nullptr)
        *size = wanted;
    return image;
}

} // namespace snug::ui
