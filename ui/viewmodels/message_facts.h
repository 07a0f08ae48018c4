// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/conversation.h"

#include <QVariantList>

namespace snug::ui {

// What a message remembers of how it came to be, as a list of {label, value}: the model and its file, the
// times, the settings. Empty for what the user wrote.
[[nodiscard]] QVariantList messageFacts(const chat::Message &message);

} // namespace snug::ui
