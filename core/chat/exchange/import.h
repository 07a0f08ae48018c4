// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/bounded_json.h"
#include "core/chat/conversation.h"

#include <string_view>
#include <vector>

namespace snug::chat {

// Of one file; what is beyond them fails with TooLarge.
inline constexpr JsonLimits kImportLimits{256U << 20U, 64, 4'000'000};
inline constexpr std::size_t kMostImportedMessages = 200'000;

// The conversations of a file that may be hostile. Its format is found by its shape: Snug's own, ChatGPT's
// export (conversations.json), LM Studio's (*.conversation.json), Jan's (messages.jsonl), and lists of
// messages as OpenAI's interface has them, one or several, as JSON or a JSON object a line. Pictures at
// other places than in the file itself, and calls of tools, are passed over. Ids are those of the tree alone;
// what has no title is named after its first question. Fails with Corrupt, TooLarge or Unsupported (a newer
// version; no conversation in it).
[[nodiscard]] Result<std::vector<ConversationTree>> readConversations(std::string_view bytes);

} // namespace snug::chat
