// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/attachments/thumbnail.h"

#include "ui/viewmodels/attachment_words.h"

#include <QBuffer>
#include <QImageReader>
#include <QPainter>
#include <QPainterPath>
#include <QQuickWindow>

namespace snug::ui {
namespace {

// As small as covers `size`.
QImage decoded(const ImageBytes &image, const QSize &size)
{
    QByteArray data =
        QByteArray::fromRawData(image.bytes->data(), static_cast<qsizetype>(image.bytes->size()));
    QBuffer buffer(&data);
    buffer.open(QIODevice::ReadOnly);
    QImageReader reader(&buffer);
    reader.setAutoTransform(true);
    const QSize whole = reader.size();
    if (whole.isValid() && !whole.isEmpty())
        reader.setScaledSize(whole.scaled(size, Qt::KeepAspectRatioByExpanding).expandedTo({1, 1}));
    return reader.read();
}

} // namespace

Thumbnail::Thumbnail(QQuickItem *parent) : QQuickPaintedItem(parent)
{
    setAntialiasing(true);
}

Thumbnail::~Thumbnail() = default;

void Thumbnail::setImage(const QVariant &image)
{
    if (image.value<ImageBytes>() == m_image.value<ImageBytes>())
        return;
    m_image = image;
    m_picture = {};
    if (isComponentComplete())
        decode();
    Q_EMIT changed();
}

void Thumbnail::componentComplete()
{
    QQuickPaintedItem::componentComplete();
    decode();
}

void Thumbnail::decode()
{
    m_task.reset();
    const auto image = m_image.value<ImageBytes>();
    if (!image.bytes)
        return;
    const qreal ratio = window() != nullptr ? window()->effectiveDevicePixelRatio() : 1;
    const QSize size = (QSizeF(width(), height()) * ratio).toSize().expandedTo({1, 1});
    m_task = std::make_unique<BackgroundTask<QImage>>(
        [image, size](const std::stop_token &) { return decoded(image, size); },
        [this](const QImage &picture) {
            m_picture = picture;
            Q_EMIT changed();
            update();
        });
}

void Thumbnail::paint(QPainter *painter)
{
    if (m_picture.isNull())
        return;
    QPainterPath outline;
    outline.addRoundedRect(boundingRect(), m_radius, m_radius);
    painter->setClipPath(outline);
    painter->setRenderHint(QPainter::SmoothPixmapTransform);
    const QSizeF covers = QSizeF(m_picture.size()).scaled(size(), Qt::KeepAspectRatioByExpanding);
    const QPointF corner((width() - covers.width()) / 2, (height() - covers.height()) / 2);
    painter->drawImage(QRectF(corner, covers), m_picture);
}

} // namespace snug::ui
