// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/attachment.h"

#include <QMetaType>
#include <QString>
#include <QVariantList>

#include <memory>
#include <span>
#include <string>

namespace snug::ui {

// The bytes of an image, as they pass through QML from a model to a Thumbnail, shared and unread.
struct ImageBytes {
    std::shared_ptr<const std::string> bytes;

    bool operator==(const ImageBytes &) const = default;
};

// "640 × 480" of an image, "12.4 KiB" of a text.
[[nodiscard]] QString sizeWords(const chat::Attachment &attachment);
// Null for a text.
[[nodiscard]] QVariant imageOf(const chat::Attachment &attachment);

// Maps with name, detail, isImage and image, for the chips of a message.
[[nodiscard]] QVariantList attachmentList(std::span<const chat::Attachment> attachments);

} // namespace snug::ui

Q_DECLARE_METATYPE(snug::ui::ImageBytes)
