// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/attachment.h"
#include "core/chat/openai_client.h"

namespace snug::chat {

// How many tokens an attachment adds to a message, as the model that would read it counts them; of an image
// those that the projector makes of it. `like` tells the model and the dialect; its messages are not looked
// at. Blocks for two questions; fails as OpenAiClient::countTokens.
[[nodiscard]] Result<std::int64_t> attachmentTokens(const OpenAiClient &client, const ChatRequest &like,
                                                    const Attachment &attachment,
                                                    const std::stop_token &stop);

} // namespace snug::chat
