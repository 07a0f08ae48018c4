// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/engine_client.h"

#include <algorithm>
#include <utility>

namespace snug::chat {
namespace {

constexpr std::int64_t kLongAnswerBytes = std::int64_t{64} << 20; // a long prompt, token by token

using nlohmann::json;

tl::unexpected<Error> unexpectedAnswer()
{
    return noChatServer("application/json");
}

std::string dumped(const json &body)
{
    return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

// A piece that is no UTF-8 comes as a list of bytes.
std::optional<std::string> pieceOf(const json &said)
{
    if (said.is_string())
        return said.get<std::string>();
    if (!said.is_array())
        return std::nullopt;
    std::string bytes;
    for (const json &byte : said) {
        if (!byte.is_number_unsigned() || byte.get<std::uint64_t>() > 0xFF)
            return std::nullopt;
        bytes += static_cast<char>(byte.get<std::uint64_t>());
    }
    return bytes;
}

std::optional<PromptToken> tokenOf(const json &said)
{
    if (!said.is_object())
        return std::nullopt;
    const auto id = said.find("id");
    const auto piece = said.find("piece");
    if (id == said.end() || piece == said.end() || !id->is_number_integer())
        return std::nullopt;
    auto bytes = pieceOf(*piece);
    if (!bytes)
        return std::nullopt;
    return PromptToken{id->get<std::int64_t>(), *std::move(bytes)};
}

std::vector<std::string> imagesOf(const ChatRequest &request)
{
    std::vector<std::string> names;
    for (const ChatMessage &message : request.messages) {
        for (const Attachment &attachment : message.attachments) {
            if (attachment.kind == AttachmentKind::Image)
                names.push_back(attachment.name);
        }
    }
    return names;
}

std::optional<LoraAdapter> adapterOf(const json &said)
{
    if (!said.is_object())
        return std::nullopt;
    const auto id = said.find("id");
    const auto path = said.find("path");
    const auto scale = said.find("scale");
    if (id == said.end() || path == said.end() || scale == said.end() || !id->is_number_integer() ||
        !path->is_string() || !scale->is_number())
        return std::nullopt;
    return LoraAdapter{id->get<std::int64_t>(), path->get<std::string>(), scale->get<double>()};
}

} // namespace

std::string ExactPrompt::pieces() const
{
    std::string all;
    for (const PromptToken &token : tokens)
        all += token.piece;
    return all;
}

EngineClient::EngineClient(Endpoint endpoint) : m_endpoint(withoutVersion(std::move(endpoint))) {}

Result<ExactPrompt> EngineClient::exactPrompt(const ChatRequest &request, const std::stop_token &stop) const
{
    SNUG_TRY(const json reply,
             callServer(m_endpoint, "/apply-template", requestBody(request, false), stop, kLongAnswerBytes));
    const auto text = reply.find("prompt");
    if (text == reply.end() || !text->is_string())
        return unexpectedAnswer();
    const std::vector<std::string> images = imagesOf(request);
    if (!images.empty())
        return promptWithImages(text->get<std::string>(), images, stop);
    ExactPrompt prompt;
    prompt.text = text->get<std::string>();
    SNUG_TRY(prompt.tokens, tokenize(prompt.text, stop));
    return prompt;
}

// The server puts a sign of its own, which /props tells, where an image belongs.
Result<ExactPrompt> EngineClient::promptWithImages(const std::string &text,
                                                   const std::vector<std::string> &images,
                                                   const std::stop_token &stop) const
{
    SNUG_TRY(const json properties, callServer(m_endpoint, "/props", std::nullopt, stop));
    const auto told = properties.find("media_marker");
    if (told == properties.end() || !told->is_string() || told->get_ref<const std::string &>().empty())
        return unexpectedAnswer();
    const std::string &marker = told->get_ref<const std::string &>();
    ExactPrompt prompt;
    std::size_t at = 0;
    for (std::size_t i = 0; at <= text.size(); ++i) {
        const std::size_t end = std::min(text.find(marker, at), text.size());
        const std::string part = text.substr(at, end - at);
        SNUG_TRY(const auto tokens, tokenize(part, i == 0 ? Begins::Yes : Begins::No, stop));
        prompt.text += part;
        prompt.tokens.insert(prompt.tokens.end(), tokens.begin(), tokens.end());
        if (end == text.size())
            break;
        const std::string place = "[image: " + (i < images.size() ? images[i] : std::string("?")) + "]";
        prompt.text += place;
        prompt.tokens.push_back({kImagePlace, place});
        at = end + marker.size();
    }
    return prompt;
}

Result<std::vector<PromptToken>> EngineClient::tokenize(const std::string &text,
                                                        const std::stop_token &stop) const
{
    return tokenize(text, Begins::Yes, stop);
}

Result<std::vector<PromptToken>> EngineClient::tokenize(const std::string &text, Begins begins,
                                                        const std::stop_token &stop) const
{
    const json body = {{"content", text},
                       {"add_special", begins == Begins::Yes},
                       {"parse_special", true},
                       {"with_pieces", true}};
    SNUG_TRY(const json reply, callServer(m_endpoint, "/tokenize", dumped(body), stop, kLongAnswerBytes));
    const auto list = reply.find("tokens");
    if (list == reply.end() || !list->is_array())
        return unexpectedAnswer();
    std::vector<PromptToken> tokens;
    for (const json &said : *list) {
        auto token = tokenOf(said);
        if (!token)
            return unexpectedAnswer();
        tokens.push_back(*std::move(token));
    }
    return tokens;
}

Result<std::vector<LoraAdapter>> EngineClient::adapters(const std::stop_token &stop) const
{
    SNUG_TRY(const json reply, callServer(m_endpoint, "/lora-adapters", std::nullopt, stop));
    if (!reply.is_array())
        return unexpectedAnswer();
    std::vector<LoraAdapter> adapters;
    for (const json &said : reply) {
        auto adapter = adapterOf(said);
        if (!adapter)
            return unexpectedAnswer();
        adapters.push_back(*std::move(adapter));
    }
    return adapters;
}

Result<void> EngineClient::setScales(std::span<const LoraAdapter> adapters, const std::stop_token &stop) const
{
    json body = json::array();
    for (const LoraAdapter &adapter : adapters)
        body.push_back({{"id", adapter.id}, {"scale", adapter.scale}});
    SNUG_CHECK(callServer(m_endpoint, "/lora-adapters", dumped(body), stop));
    return {};
}

} // namespace snug::chat
