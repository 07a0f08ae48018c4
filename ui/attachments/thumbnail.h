// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/worker/background_task.h"

#include <QImage>
#include <QQuickPaintedItem>
#include <QVariant>
#include <QtQml/qqmlregistration.h>

#include <memory>

namespace snug::ui {

// A small picture of an image that is attached, cut to the item. It is decoded once, at the size of the item,
// on another thread; nothing shows until then, or if it cannot be. GUI thread; owned by QML.
class Thumbnail : public QQuickPaintedItem {
    Q_OBJECT
    QML_ELEMENT
    // An ImageBytes; anything else: no picture.
    Q_PROPERTY(QVariant image READ image WRITE setImage NOTIFY changed)
    Q_PROPERTY(int radius MEMBER m_radius NOTIFY changed)
    Q_PROPERTY(bool shown READ shown NOTIFY changed)

public:
    explicit Thumbnail(QQuickItem *parent = nullptr);
    ~Thumbnail() override;

    [[nodiscard]] QVariant image() const { return m_image; }
    void setImage(const QVariant &image);
    [[nodiscard]] bool shown() const { return !m_picture.isNull(); }

    void paint(QPainter *painter) override;

Q_SIGNALS:
    void changed();

protected:
    void componentComplete() override;

private:
    void decode();

    QVariant m_image;
    int m_radius = 0;
    QImage m_picture;
    std::unique_ptr<BackgroundTask<QImage>> m_task;
};

} // namespace snug::ui
