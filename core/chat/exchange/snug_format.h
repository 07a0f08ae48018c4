// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/conversation.h"

#include <array>
#include <string_view>
#include <utility>

// What the writer and the reader of Snug's own format share:
//
//   {"format":"snug-conversations","version":2,"conversations":[{"title","created_ms","changed_ms","pinned",
//    "folder","system_prompt","leaf","messages":[{"id","parent","next","role","state","created_ms",...,
//    "attachments":[{"name","media_type","text" or "base64"}]}]}]}
namespace snug::chat {

inline constexpr std::string_view kSnugFormat = "snug-conversations";
inline constexpr int kSnugFormatVersion = 2;
inline constexpr int kSnugFormatWithoutAttachments = 1;

// The fields of a message under the names that they have in the file.
inline constexpr std::array<std::pair<const char *, std::string Message::*>, 7> kTextFields = {
    {{"text", &Message::text},
     {"reasoning", &Message::reasoning},
     {"model", &Message::model},
     {"model_hash", &Message::modelHash},
     {"level", &Message::level},
     {"settings", &Message::settings},
     {"finish_reason", &Message::finishReason}}};
inline constexpr std::array<std::pair<const char *, std::int64_t Message::*>, 4> kCountFields = {
    {{"tokens", &Message::tokens},
     {"prompt_tokens", &Message::promptTokens},
     {"draft_tokens", &Message::draftTokens},
     {"draft_accepted", &Message::draftAccepted}}};
inline constexpr std::array<std::pair<const char *, double Message::*>, 4> kNumberFields = {
    {{"tokens_per_second", &Message::tokensPerSecond},
     {"first_token_seconds", &Message::firstTokenSeconds},
     {"prompt_ms", &Message::promptMs},
     {"reasoning_seconds", &Message::reasoningSeconds}}};

} // namespace snug::chat
