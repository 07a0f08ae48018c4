// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/paths.h"
#include "core/chat/conversation_store.h"
#include "tests/support/manual_clock.h"

#include <QTemporaryDir>

namespace snug::test {

inline chat::Message said(chat::Role role, std::string text)
{
    chat::Message message;
    message.role = role;
    message.text = std::move(text);
    return message;
}
inline chat::Message asked(std::string text)
{
    return said(chat::Role::User, std::move(text));
}
inline chat::Message answered(std::string text)
{
    return said(chat::Role::Assistant, std::move(text));
}

// A file of conversations in a folder of its own, to be opened as often as a test likes.
class ConversationFile {
public:
    [[nodiscard]] std::filesystem::path path() const
    {
        return fromUtf8(m_folder.filePath(QStringLiteral("deep/conversations.db")).toStdString());
    }
    [[nodiscard]] std::unique_ptr<chat::ConversationStore> open()
    {
        auto store = chat::ConversationStore::open(path(), clock.system());
        if (!store)
            qWarning("%s", store.error().message.c_str());
        return store ? *std::move(store) : nullptr;
    }

    ManualClock clock;

private:
    QTemporaryDir m_folder;
};

} // namespace snug::test
