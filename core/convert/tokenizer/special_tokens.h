// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/tokenizer/fast_tokenizer.h"
#include "core/gguf/header.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace snug::convert {

// Which tokens begin, end, separate and fill texts, and which of them are added to a text by themselves, as
// llama.cpp's converter finds them (gguf-py/gguf/vocab.py, SpecialVocab).
class SpecialTokens {
public:
    // `fast`: nullptr without tokenizer.json; then tokenizer_config.json alone names no ids.
    // `tokenizerConfig`: null without tokenizer_config.json. `vocabulary`: ids from there on do not count;
    // -1: all do.
    SpecialTokens(const FastTokenizer *fast, nlohmann::json tokenizerConfig, const nlohmann::json &config,
                  std::int64_t vocabulary);

    // Names a token that nothing named yet: "eot".
    void add(const std::string &role, std::int64_t id);
    // The same, whatever named it before.
    void set(const std::string &role, std::int64_t id) { m_ids[role] = id; }
    // The id of a role; -1 if there is none.
    [[nodiscard]] std::int64_t id(const std::string &role) const;
    [[nodiscard]] bool saysAdded(const std::string &role) const { return m_isAdded.contains(role); }
    // add_bos_token and the like, whatever the files say.
    void setAdded(const std::string &role, bool isAdded) { m_isAdded[role] = isAdded; }

    // tokenizer.ggml.*_token_id and add_*_token.
    [[nodiscard]] std::vector<gguf::KeyValue> keys() const;

private:
    void readPostProcessor(const nlohmann::json &processor);
    void readTemplate(const nlohmann::json &processor);
    void readPair(const nlohmann::json &pair, const std::string &first, const std::string &last);
    void readTokenizerConfig(const FastTokenizer &fast);
    void readConfig(const nlohmann::json &config);
    // The text of "bos_token" and the like; empty if there is none.
    [[nodiscard]] std::string said(const char *name) const;

    nlohmann::json m_config; // tokenizer_config.json, with what the template overrules
    bool m_hasConfig = false;
    std::vector<std::string> m_roles;
    std::int64_t m_vocabulary;
    std::map<std::string, std::int64_t> m_ids;
    std::map<std::string, bool> m_isAdded;
};

} // namespace snug::convert
