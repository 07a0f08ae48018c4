// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/attachment_tokens.h"

namespace snug::chat {

Result<std::int64_t> attachmentTokens(const OpenAiClient &client, const ChatRequest &like,
                                      const Attachment &attachment, const std::stop_token &stop)
{
    constexpr const char *kWords = "What?"; // no template refuses it
    ChatRequest request;
    request.model = like.model;
    request.dialect = like.dialect;
    request.messages = {{Role::User, kWords}};
    SNUG_TRY(const std::int64_t without, client.countTokens(request, stop));
    request.messages.front().attachments = {attachment};
    SNUG_TRY(const std::int64_t with, client.countTokens(request, stop));
    return with - without;
}

} // namespace snug::chat
