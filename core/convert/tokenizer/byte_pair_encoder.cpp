// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/byte_pair_encoder.h"

#include "core/hub/json.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace snug::convert {
namespace {

using nlohmann::json;

constexpr std::size_t kMostKnown = 10'000;
// Of a template, on one side of the text; real ones have one or two.
constexpr std::size_t kMostAround = 64;

std::string utf8(unsigned code)
{
    if (code < 0x80)
        return {static_cast<char>(code)};
    return {static_cast<char>(0xC0U | code >> 6U), static_cast<char>(0x80U | (code & 0x3FU))};
}

// A visible character for each byte (GPT-2, bytes_to_unicode): itself if it is one in Latin-1, else the next
// from U+0100 on.
const std::array<std::string, 256> &byteCharacters()
{
    static const auto characters = [] {
        std::array<std::string, 256> made;
        unsigned next = 0x100;
        for (unsigned byte = 0; byte < 256; ++byte) {
            const bool visible =
                (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
            made[byte] = utf8(visible ? byte : next++);
        }
        return made;
    }();
    return characters;
}

} // namespace

Result<BytePairEncoder> BytePairEncoder::of(const FastTokenizer &fast)
{
    const json *step = hub::memberOf(fast.rest, "pre_tokenizer");
    SNUG_TRY(TextSplitter splitter, TextSplitter::ofTokenizer(step != nullptr ? *step : json()));
    BytePairEncoder encoder(std::move(splitter));
    encoder.m_ignoreMerges = fast.ignoreMerges;
    encoder.m_ids.reserve(fast.words.size());
    for (const auto &[text, id] : fast.words)
        encoder.m_ids.emplace(text, id);
    encoder.m_ranks.reserve(fast.merges.size());
    std::int64_t rank = 0;
    for (const auto &[left, right] : fast.merges)
        encoder.m_ranks.emplace(left + ' ' + right, rank++);
    for (const AddedToken &token : fast.added) {
        if (!token.text.empty())
            encoder.m_added.push_back(token);
    }
    std::stable_sort(encoder.m_added.begin(), encoder.m_added.end(),
                     [](const AddedToken &one, const AddedToken &other) { return one.text < other.text; });
    const auto same =
        std::unique(encoder.m_added.begin(), encoder.m_added.end(),
                    [](const AddedToken &one, const AddedToken &other) { return one.text == other.text; });
    encoder.m_added.erase(same, encoder.m_added.end());
    if (const json *processor = hub::memberOf(fast.rest, "post_processor"))
        encoder.readTemplate(*processor);
    return encoder;
}

void BytePairEncoder::readTemplate(const json &processor)
{
    if (const json *several = hub::memberOf(processor, "processors");
        several != nullptr && several->is_array()) {
        for (const json &one : *several)
            readTemplate(one);
        return;
    }
    const json *single = hub::memberOf(processor, "single");
    const json *tokens = hub::memberOf(processor, "special_tokens");
    if (hub::textOf(processor, "type") != "TemplateProcessing" || single == nullptr || !single->is_array() ||
        tokens == nullptr)
        return;
    bool afterText = false;
    for (const json &part : *single) {
        const json *token = hub::memberOf(part, "SpecialToken");
        if (token == nullptr) {
            afterText = true;
            continue;
        }
        const json *named = hub::memberOf(*tokens, hub::textOf(*token, "id").value_or("").c_str());
        const json *ids = named != nullptr ? hub::memberOf(*named, "ids") : nullptr;
        if (ids == nullptr || !ids->is_array())
            continue;
        auto &around = afterText ? m_after : m_before;
        for (const json &id : *ids) {
            if (around.size() >= kMostAround)
                break;
            if (id.is_number_integer())
                around.push_back(id.get<std::int64_t>());
        }
    }
}

std::optional<std::vector<std::int64_t>> BytePairEncoder::merged(const std::string &piece,
                                                                 bool ignoreMerges) const
{
    std::vector<std::string> parts;
    std::string whole;
    for (const char c : piece) {
        parts.push_back(byteCharacters()[static_cast<unsigned char>(c)]);
        whole += parts.back();
    }
    if (const auto found = m_ids.find(whole); ignoreMerges && found != m_ids.end())
        return std::vector<std::int64_t>{found->second};
    while (parts.size() > 1) {
        std::size_t best = 0;
        std::int64_t bestRank = std::numeric_limits<std::int64_t>::max();
        for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
            const auto rank = m_ranks.find(parts[i] + ' ' + parts[i + 1]);
            if (rank != m_ranks.end() && rank->second < bestRank) {
                best = i;
                bestRank = rank->second;
            }
        }
        if (bestRank == std::numeric_limits<std::int64_t>::max())
            break;
        parts[best] += parts[best + 1];
        parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    }
    std::vector<std::int64_t> ids;
    for (const std::string &part : parts) {
        const auto id = m_ids.find(part);
        if (id == m_ids.end())
            return std::nullopt;
        ids.push_back(id->second);
    }
    return ids;
}

bool BytePairEncoder::encodePiece(const std::string &piece, bool ignoreMerges,
                                  std::vector<std::int64_t> &ids) const
{
    auto &known = m_known[ignoreMerges ? 1 : 0];
    auto found = known.find(piece);
    if (found == known.end()) {
        auto made = merged(piece, ignoreMerges);
        if (!made)
            return false;
        if (known.size() >= kMostKnown)
            known.clear();
        found = known.emplace(piece, *std::move(made)).first;
    }
    ids.insert(ids.end(), found->second.begin(), found->second.end());
    return true;
}

const AddedToken *BytePairEncoder::addedAt(std::string_view text) const
{
    const AddedToken *longest = nullptr;
    auto begin = m_added.begin();
    auto end = m_added.end();
    for (std::size_t at = 0; begin != end; ++at) {
        // [begin, end) are the tokens that begin as the text does, up to `at`.
        if (begin->text.size() == at)
            longest = &*begin++;
        if (at == text.size())
            break;
        const auto next = static_cast<unsigned char>(text[at]);
        const auto byteOf = [at](const AddedToken &token) {
            return static_cast<unsigned char>(token.text[at]);
        };
        begin = std::lower_bound(begin, end, next, [byteOf](const AddedToken &token, unsigned char byte) {
            return byteOf(token) < byte;
        });
        end = std::upper_bound(begin, end, next, [byteOf](unsigned char byte, const AddedToken &token) {
            return byte < byteOf(token);
        });
    }
    return longest;
}

bool BytePairEncoder::hasAdded(std::string_view text) const
{
    for (; !text.empty(); text.remove_prefix(1)) {
        if (addedAt(text) != nullptr)
            return true;
    }
    return false;
}

std::optional<std::vector<std::int64_t>>
BytePairEncoder::encode(std::string_view text, const TextSplitter &splitter, bool ignoreMerges) const
{
    std::vector<std::int64_t> ids;
    const auto encodeBetween = [&](std::string_view between) {
        const auto pieces = splitter.split(between);
        return pieces && std::all_of(pieces->begin(), pieces->end(), [&](const std::string &piece) {
                   return encodePiece(piece, ignoreMerges, ids);
               });
    };
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size();) {
        const AddedToken *token = addedAt(text.substr(at));
        if (token == nullptr) {
            ++at;
            continue;
        }
        if (!encodeBetween(text.substr(begin, at - begin)))
            return std::nullopt;
        ids.push_back(token->id);
        at += token->text.size();
        begin = at;
    }
    return encodeBetween(text.substr(begin)) ? std::optional(std::move(ids)) : std::nullopt;
}

std::optional<std::vector<std::int64_t>> BytePairEncoder::encodeWhole(std::string_view text) const
{
    auto ids = encode(text);
    if (ids) {
        ids->insert(ids->begin(), m_before.begin(), m_before.end());
        ids->insert(ids->end(), m_after.begin(), m_after.end());
    }
    return ids;
}

} // namespace snug::convert
