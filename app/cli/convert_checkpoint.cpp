// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/convert_checkpoint.h"

#include "core/base/paths.h"
#include "core/convert/checkpoint_data.h"
#include "core/convert/folder_texts.h"
#include "core/convert/model_card.h"
#include "core/convert/tokenizer/tokenizer.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

namespace snug::cli {
namespace {

namespace fs = std::filesystem;

class CheckpointSource final : public ConvertSource {
public:
    CheckpointSource(fs::path folder, convert::Checkpoint checkpoint, std::string preTokenizer)
        : m_folder(std::move(folder))
        , m_checkpoint(std::move(checkpoint))
        , m_preTokenizer(std::move(preTokenizer))
    {
        std::error_code error;
        const fs::path absolute = fs::weakly_canonical(m_folder, error);
        m_name = toUtf8((error ? m_folder : absolute).filename());
        m_origin = {{"format", "safetensors"}, {"files", nlohmann::json::array()}};
        for (const convert::Shard &shard : m_checkpoint.shards)
            addFile(m_folder / fromUtf8(shard.file));
        for (const char *name :
             {"config.json", "tokenizer.json", "tokenizer.model", "tokenizer_config.json"}) {
            if (fs::exists(m_folder / name, error))
                addFile(m_folder / name);
        }
    }

    [[nodiscard]] Result<gguf::Header> draft(const LevelChoice &choice) override
    {
        m_warnings.clear();
        const auto direct = directType(choice);
        SNUG_TRY(m_conversion,
                 convert::planConversion(m_checkpoint, direct.value_or(convert::OutputType::Auto)));
        tellLeftOut();
        gguf::Header draft;
        for (const convert::PlannedTensor &tensor : m_conversion.tensors)
            draft.tensors.push_back(
                {tensor.name, {tensor.shape.rbegin(), tensor.shape.rend()}, tensor.type, 0, 0});
        draft.values = m_conversion.keys;
        convert::FolderTexts texts(m_folder);
        SNUG_TRY(m_tokenizer, convert::readTokenizer({m_conversion.architecture, &m_checkpoint.config,
                                                      m_conversion.vocabulary, m_preTokenizer},
                                                     texts));
        warn(m_tokenizer.warnings);
        for (gguf::KeyValue &pair : convert::modelCardKeys(m_name, texts))
            draft.values.push_back(std::move(pair));
        draft.values.insert(draft.values.end(), m_tokenizer.keys.begin(), m_tokenizer.keys.end());
        if (!direct) {
            SNUG_TRY(const gguf::Header sixteen, convert::ggufHeader(m_conversion));
            SNUG_TRY(draft.tensors, tensorsAt(std::span(&sixteen, 1), choice));
            setKey(draft.values, "general.file_type", gguf::Value(static_cast<std::uint32_t>(choice.level)));
        }
        return draft;
    }

    [[nodiscard]] Result<std::unique_ptr<convert::ModelData>> open(const gguf::Header & /*draft*/) override
    {
        SNUG_TRY(m_shards, convert::FolderShards::open(m_folder, m_checkpoint));
        return std::make_unique<convert::CheckpointData>(m_conversion, m_checkpoint, *m_shards);
    }

    [[nodiscard]] const convert::Tokenizer *tokenizer() const override { return &m_tokenizer; }

private:
    void tellLeftOut()
    {
        if (m_conversion.leftOutTensors > 0)
            m_warnings.push_back(
                fmt::format("The model also reads images or sound; the {} tensors for that belong into a "
                            "file of their own "
                            "(mmproj), which Snug does not make yet. The result reads and writes texts.",
                            m_conversion.leftOutTensors));
    }

    fs::path m_folder;
    convert::Checkpoint m_checkpoint;
    std::string m_preTokenizer;
    convert::Conversion m_conversion;
    convert::Tokenizer m_tokenizer;
    std::unique_ptr<convert::FolderShards> m_shards;
};

} // namespace

Result<std::unique_ptr<ConvertSource>> openCheckpoint(const fs::path &folder, std::string preTokenizer)
{
    SNUG_TRY(convert::Checkpoint checkpoint, convert::readCheckpoint(folder));
    return std::make_unique<CheckpointSource>(folder, std::move(checkpoint), std::move(preTokenizer));
}

} // namespace snug::cli
