// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/engine_client.h"

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
    ExactPrompt prompt;
    prompt.text = text->get<std::string>();
    SNUG_TRY(prompt.tokens, tokenize(prompt.text, stop));
    return prompt;
}

Result<std::vector<PromptToken>> EngineClient::tokenize(const std::string &text,
                                                        const std::stop_token &stop) const
{
    const json body = {
        {"content", text}, {"add_special", true}, {"parse_special", true}, {"with_pieces", true}};
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
