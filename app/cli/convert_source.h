// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/convert/plan.h"
#include "core/convert/tensor_data.h"
#include "core/convert/tokenizer/tokenizer.h"
#include "core/download/preflight.h"
#include "core/gguf/header.h"
#include "core/quant/catalogue.h"
#include "core/quant/type_plan.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace snug::cli {

// What a file is made at.
struct LevelChoice {
    quant::FileType level = quant::FileType::F16;
    quant::TypeOptions options;

    // Nothing but the level itself.
    [[nodiscard]] bool isPlain() const;
};

// The levels that the reference's converter makes by itself; nullopt for all others.
[[nodiscard]] std::optional<convert::OutputType> directType(const LevelChoice &choice);

// The model that `convert` starts from: a checkpoint, an adapter or GGUF files on disk. One thread.
class ConvertSource {
public:
    ConvertSource() = default;
    ConvertSource(const ConvertSource &) = delete;
    ConvertSource &operator=(const ConvertSource &) = delete;
    virtual ~ConvertSource() = default;

    // The keys and the tensors, with their types, of a file of that level; all keys of a GGUF file. Fails as
    // planning does: those of planConversion, readTokenizer, planTypes; Unsupported (reason needs_imatrix,
    // already_quantized).
    [[nodiscard]] virtual Result<gguf::Header> draft(const LevelChoice &choice) = 0;
    // Files that open() begins to fetch. REQUIRES: draft() was called. Errors: those of PullFiles.
    [[nodiscard]] virtual Result<std::vector<download::PlannedFile>> filesToCome() const
    {
        return std::vector<download::PlannedFile>();
    }
    // The numbers of the tensors of a draft. REQUIRES: draft() gave it last; both outlive what is returned.
    [[nodiscard]] virtual Result<std::unique_ptr<convert::ModelData>> open(const gguf::Header &draft) = 0;

    [[nodiscard]] const std::string &name() const { return m_name; }
    // Sentences for a person; complete after draft().
    [[nodiscard]] const std::vector<std::string> &warnings() const { return m_warnings; }
    void warn(const std::vector<std::string> &sentences)
    {
        m_warnings.insert(m_warnings.end(), sentences.begin(), sentences.end());
    }
    // What draft() found about the tokenizer; nullptr where it is taken over as it is.
    [[nodiscard]] virtual const convert::Tokenizer *tokenizer() const { return nullptr; }
    // What the model is made of: {"format", "files": [{"path", "bytes", "modified"}]}. Files of the same
    // length and time are taken to be the same. Of a model at the Hub also "repository" and "commit"; its
    // files have "sha256" in place of a time.
    [[nodiscard]] const nlohmann::json &origin() const { return m_origin; }

    // It came from there.
    void setRepository(const std::string &id, const std::string &commit);
    // The SHA-256 of what is known of the model that an adapter belongs to.
    void setBase(const std::string &sha256) { m_origin["base_config_sha256"] = sha256; }

protected:
    void addFile(const std::filesystem::path &path);

    std::string m_name;
    std::vector<std::string> m_warnings;
    nlohmann::json m_origin;
};

// The tensors of `parts` as planTypes stores them at that level, in the order of the parts. Fails as
// ConvertSource::draft.
[[nodiscard]] Result<std::vector<gguf::Tensor>> tensorsAt(std::span<const gguf::Header> parts,
                                                          const LevelChoice &choice);
// Replaces or adds.
void setKey(std::vector<gguf::KeyValue> &keys, std::string key, gguf::Value value);

} // namespace snug::cli
