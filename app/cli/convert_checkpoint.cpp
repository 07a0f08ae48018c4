// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/convert_checkpoint.h"

#include "core/base/paths.h"
#include "core/convert/checkpoint_data.h"
#include "core/convert/folder_texts.h"
#include "core/convert/model_card.h"
#include "core/convert/tokenizer/tokenizer.h"

#include <fmt/format.h>

#include <optional>
#include <system_error>
#include <utility>

namespace snug::cli {
namespace {

namespace fs = std::filesystem;

// The levels that the reference's converter makes by itself.
std::optional<convert::OutputType> directType(const LevelChoice &choice)
{
    if (!choice.isPlain())
        return std::nullopt;
    switch (choice.level) {
    case quant::FileType::F32:
        return convert::OutputType::F32;
    case quant::FileType::F16:
        return convert::OutputType::F16;
    case quant::FileType::BF16:
        return convert::OutputType::BF16;
    case quant::FileType::Q8_0:
        return convert::OutputType::Q8_0;
    default:
        return std::nullopt;
    }
}

// "ORG/NAME" of a folder in the Hub's cache, "models--ORG--NAME/snapshots/COMMIT"; else the folder's own
// name.
std::string nameOf(const fs::path &folder)
{
    if (!folder.has_filename() && folder.has_relative_path())
        return nameOf(folder.parent_path()); // "model/"
    constexpr std::string_view kRepository = "models--";
    std::string name = toUtf8(folder.parent_path().parent_path().filename());
    if (folder.parent_path().filename() != "snapshots" || !name.starts_with(kRepository))
        return toUtf8(folder.filename());
    name.erase(0, kRepository.size());
    if (const auto dashes = name.find("--"); dashes != std::string::npos)
        name.replace(dashes, 2, "/");
    return name;
}

class CheckpointSource final : public ConvertSource {
public:
    CheckpointSource(fs::path folder, convert::Checkpoint checkpoint, std::string preTokenizer)
        : m_folder(std::move(folder))
        , m_checkpoint(std::move(checkpoint))
        , m_preTokenizer(std::move(preTokenizer))
    {
        std::error_code error;
        const fs::path absolute = fs::weakly_canonical(m_folder, error);
        m_name = nameOf(error ? m_folder : absolute);
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
        SNUG_TRY(convert::Tokenizer tokenizer,
                 convert::readTokenizer({m_conversion.architecture, &m_checkpoint.config,
                                         m_conversion.vocabulary, m_preTokenizer},
                                        texts));
        m_warnings.insert(m_warnings.end(), tokenizer.warnings.begin(), tokenizer.warnings.end());
        const convert::CardSubject subject{m_name, &m_checkpoint.config,
                                           convert::parametersOf(m_conversion.tensors)};
        for (gguf::KeyValue &pair : convert::modelCardKeys(subject, texts))
            draft.values.push_back(std::move(pair));
        for (gguf::KeyValue &pair : tokenizer.keys)
            draft.values.push_back(std::move(pair));
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
    std::unique_ptr<convert::FolderShards> m_shards;
};

} // namespace

Result<std::unique_ptr<ConvertSource>> openCheckpoint(const fs::path &folder, std::string preTokenizer)
{
    SNUG_TRY(convert::Checkpoint checkpoint, convert::readCheckpoint(folder));
    return std::make_unique<CheckpointSource>(folder, std::move(checkpoint), std::move(preTokenizer));
}

} // namespace snug::cli
