// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/chat_view_model.h"

namespace snug::ui {
ChatViewModel::ChatViewModel(EngineSession &, SettingsFile &, QObject *parent)
    : QObject(parent), m_messages(messageRoles()), m_conversations(conversationRoles())
{
}
ChatViewModel::~ChatViewModel() = default;
} // namespace snug::ui
