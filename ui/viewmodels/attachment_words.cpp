// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/attachment_words.h"

#include "core/chat/image_header.h"
#include "ui/viewmodels/text.h"

#include <QVariantMap>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

bool isImage(const chat::Attachment &attachment)
{
    return attachment.kind == chat::AttachmentKind::Image;
}

} // namespace

QString sizeWords(const chat::Attachment &attachment)
{
    if (isImage(attachment)) {
        const auto header = chat::readImageHeader(attachment.content());
        if (header && *header)
            return u"%1 × %2"_s.arg((*header)->width).arg((*header)->height);
    }
    return bytesText(static_cast<std::int64_t>(attachment.content().size()));
}

QVariant imageOf(const chat::Attachment &attachment)
{
    return isImage(attachment) ? QVariant::fromValue(ImageBytes{attachment.bytes}) : QVariant();
}

QVariantList attachmentList(std::span<const chat::Attachment> attachments)
{
    QVariantList list;
    for (const chat::Attachment &attachment : attachments)
        list.append(QVariantMap{{u"name"_s, fromUtf8(attachment.name)},
                                {u"detail"_s, sizeWords(attachment)},
                                {u"isImage"_s, isImage(attachment)},
                                {u"image"_s, imageOf(attachment)}});
    return list;
}

} // namespace snug::ui
