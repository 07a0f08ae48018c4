// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/attachment_record.h"

#include "core/chat/utf8_stream.h"

#include <string>

namespace snug::chat {
namespace {

// A text in its own column, where the index finds it; an image as the bytes that it is.
Attachment attachmentFrom(SQLite::Statement &row)
{
    Attachment read;
    read.name = validUtf8(row.getColumn(0).getString());
    read.kind = attachmentKindFromName(row.getColumn(1).getString()).value_or(AttachmentKind::Text);
    read.mediaType = validUtf8(row.getColumn(2).getString());
    const bool isText = read.kind == AttachmentKind::Text;
    read.bytes = std::make_shared<const std::string>(isText ? validUtf8(row.getColumn(3).getString())
                                                            : row.getColumn(4).getString());
    return read;
}

} // namespace

AttachmentRows::AttachmentRows(SQLite::Database &database)
    : m_rows(database,
             "SELECT name, kind, media_type, text, bytes FROM attachments WHERE message = ? ORDER BY id")
{
}

std::vector<Attachment> AttachmentRows::of(std::int64_t message)
{
    m_rows.reset();
    m_rows.bind(1, message);
    std::vector<Attachment> attachments;
    while (m_rows.executeStep())
        attachments.push_back(attachmentFrom(m_rows));
    return attachments;
}

void insertAttachments(SQLite::Database &database, std::int64_t message,
                       std::span<const Attachment> attachments)
{
    if (attachments.empty())
        return;
    SQLite::Statement insert(database,
                             "INSERT INTO attachments (message, name, kind, media_type, text, bytes) "
                             "VALUES (?, ?, ?, ?, ?, ?)");
    for (const Attachment &attachment : attachments) {
        const bool isText = attachment.kind == AttachmentKind::Text;
        insert.reset();
        insert.bind(1, message);
        insert.bind(2, validUtf8(attachment.name));
        insert.bind(3, std::string(attachmentKindName(attachment.kind)));
        insert.bind(4, validUtf8(attachment.mediaType));
        insert.bind(5, isText ? validUtf8(attachment.content()) : std::string());
        const std::string_view bytes =
            isText ? std::string_view("") : attachment.content(); // null is no blob
        insert.bind(6, bytes.data(), static_cast<int>(bytes.size()));
        insert.exec();
    }
}

} // namespace snug::chat
