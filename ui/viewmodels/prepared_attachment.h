// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/attachment.h"

#include <QImage>
#include <QString>

#include <filesystem>

// Files and images made fit to be attached. All of it reads and decodes: for a thread of its own.
namespace snug::ui {

struct PreparedAttachment {
    chat::Attachment attachment;
    QString note; // what was done to an image, as a sentence; empty: nothing
};

// As chat::makeAttachment, but an image that is too big for the engine, that lies on its side or is of a kind
// that only Qt reads is taken too: scaled down to 4096 pixels a side, turned, or written as PNG or JPEG. An
// image that cannot be decoded is refused with Corrupt, one of more than 150 million pixels with TooLarge.
[[nodiscard]] Result<PreparedAttachment> prepareFile(const std::filesystem::path &path);

// A picture of the clipboard, as PNG.
[[nodiscard]] Result<PreparedAttachment> prepareImage(const QString &name, const QImage &image);

} // namespace snug::ui
