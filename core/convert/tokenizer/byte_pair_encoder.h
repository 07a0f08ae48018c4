// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/convert/tokenizer/fast_tokenizer.h"
#include "core/convert/tokenizer/text_splitter.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace snug::convert {

// Makes token ids of texts as the `tokenizers` library does by a tokenizer.json with a BPE over bytes. One
// thread.
class BytePairEncoder {
public:
    // Fails as TextSplitter::ofTokenizer.
    [[nodiscard]] static Result<BytePairEncoder> of(const FastTokenizer &fast);

    // REQUIRES: a text in Unicode's form NFC, so that normalizing would change nothing. nullopt where
    // something in it has no token, or splitting fails.
    [[nodiscard]] std::optional<std::vector<std::int64_t>> encode(std::string_view text) const
    {
        return encode(text, m_splitter, m_ignoreMerges);
    }
    // The same between the tokens that the post-processor's template puts around every text.
    [[nodiscard]] std::optional<std::vector<std::int64_t>> encodeWhole(std::string_view text) const;
    // As if texts were split otherwise.
    [[nodiscard]] std::optional<std::vector<std::int64_t>>
    encode(std::string_view text, const TextSplitter &splitter, bool ignoreMerges) const;
    // An added token is somewhere in the text.
    [[nodiscard]] bool hasAdded(std::string_view text) const;
    [[nodiscard]] const TextSplitter &splitter() const { return m_splitter; }

private:
    explicit BytePairEncoder(TextSplitter splitter) : m_splitter(std::move(splitter)) {}
    void readTemplate(const nlohmann::json &processor);
    // The longest added token that `text` begins with; nullptr if it begins with none.
    [[nodiscard]] const AddedToken *addedAt(std::string_view text) const;
    // nullopt where a part has no token.
    [[nodiscard]] std::optional<std::vector<std::int64_t>> merged(const std::string &piece,
                                                                  bool ignoreMerges) const;
    [[nodiscard]] bool encodePiece(const std::string &piece, bool ignoreMerges,
                                   std::vector<std::int64_t> &ids) const;

    TextSplitter m_splitter;
    bool m_ignoreMerges = false;
    std::unordered_map<std::string, std::int64_t> m_ids;
    std::unordered_map<std::string, std::int64_t> m_ranks; // of the two halves with a space between them
    std::vector<AddedToken> m_added;                       // by their text
    // What pieces became, which come again and again; apart for the two ways of merging.
    mutable std::array<std::unordered_map<std::string, std::vector<std::int64_t>>, 2> m_known;
    std::vector<std::int64_t> m_before;
    std::vector<std::int64_t> m_after;
};

} // namespace snug::convert
