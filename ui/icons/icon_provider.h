// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QQuickImageProvider>

namespace snug::ui {

// Line icons in any colour: "image://icon/NAME/RRGGBB" draws resource NAME.svg with its `currentColor`
// replaced, at the size that QML asks for. Called by QML's image threads; holds nothing.
class IconProvider final : public QQuickImageProvider {
public:
    IconProvider();

    // A transparent image for a name that does not exist.
    QImage requestImage(const QString &id, QSize *size, const QSize &requestedSize) override;
};

} // namespace snug::ui
