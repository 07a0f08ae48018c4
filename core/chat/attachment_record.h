// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/attachment.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <span>
#include <vector>

// Attachments as rows of their table. For the store's own sources; everything throws SQLite::Exception.
namespace snug::chat {

// Reads them message by message; the statement is prepared once.
class AttachmentRows {
public:
    explicit AttachmentRows(SQLite::Database &database);

    // In the order in which they were attached.
    [[nodiscard]] std::vector<Attachment> of(std::int64_t message);

private:
    SQLite::Statement m_rows;
};

void insertAttachments(SQLite::Database &database, std::int64_t message,
                       std::span<const Attachment> attachments);

} // namespace snug::chat
