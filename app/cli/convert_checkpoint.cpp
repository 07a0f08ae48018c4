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

// A checkpoint before its weights are read.
struct Place {
    fs::path folder; // of the small files
    std::string name;
    convert::Checkpoint checkpoint;
    std::shared_ptr<HubCheckpoint> hub; // nullptr: all is in the folder
};

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
    CheckpointSource(Place place, std::string preTokenizer)
        : m_folder(std::move(place.folder))
        , m_checkpoint(std::move(place.checkpoint))
        , m_hub(std::move(place.hub))
        , m_preTokenizer(std::move(preTokenizer))
    {
        m_name = std::move(place.name);
        m_origin = {{"format", "safetensors"}, {"files", nlohmann::json::array()}};
    }

    void setOrigin(nlohmann::json origin) { m_origin = std::move(origin); }

    void addFiles()
    {
        std::error_code error;
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
        if (m_hub)
            m_hub->leaveOut(m_checkpoint, convert::neededShards(m_conversion, m_checkpoint));
        tellLeftOut();
        tellLostScaling();
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
        const convert::CardSubject subject{m_name, &m_checkpoint.config,
                                           convert::parametersOf(m_conversion.tensors)};
        for (gguf::KeyValue &pair : convert::modelCardKeys(subject, texts))
            draft.values.push_back(std::move(pair));
        draft.values.insert(draft.values.end(), m_tokenizer.keys.begin(), m_tokenizer.keys.end());
        if (!direct) {
            SNUG_TRY(const gguf::Header sixteen, convert::ggufHeader(m_conversion));
            SNUG_TRY(draft.tensors, tensorsAt(std::span(&sixteen, 1), choice));
            setKey(draft.values, "general.file_type", gguf::Value(static_cast<std::uint32_t>(choice.level)));
        }
        return draft;
    }

    [[nodiscard]] Result<std::vector<download::PlannedFile>> filesToCome() const override
    {
        return m_hub ? m_hub->filesToCome() : ConvertSource::filesToCome();
    }

    [[nodiscard]] Result<std::unique_ptr<convert::ModelData>> open(const gguf::Header & /*draft*/) override
    {
        if (m_hub) {
            SNUG_TRY(m_shards, m_hub->weights(m_checkpoint));
        } else {
            SNUG_TRY(m_shards, convert::FolderShards::open(m_folder, m_checkpoint));
        }
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

    void tellLostScaling()
    {
        if (!m_conversion.lostRopeScaling.empty())
            m_warnings.push_back(
                fmt::format("The model stretches its positions in a way (\"{}\") that llama.cpp does not "
                            "know; texts longer than those that it was first trained on may come out wrong.",
                            m_conversion.lostRopeScaling));
    }

    fs::path m_folder;
    convert::Checkpoint m_checkpoint;
    std::shared_ptr<HubCheckpoint> m_hub;
    std::string m_preTokenizer;
    convert::Conversion m_conversion;
    convert::Tokenizer m_tokenizer;
    std::unique_ptr<convert::Shards> m_shards;
};

} // namespace

Result<std::unique_ptr<ConvertSource>> openCheckpoint(const fs::path &folder, std::string preTokenizer)
{
    SNUG_TRY(convert::Checkpoint checkpoint, convert::readCheckpoint(folder));
    std::error_code error;
    const fs::path absolute = fs::weakly_canonical(folder, error);
    auto source = std::make_unique<CheckpointSource>(
        Place{folder, nameOf(error ? folder : absolute), std::move(checkpoint), nullptr},
        std::move(preTokenizer));
    source->addFiles();
    return source;
}

Result<std::unique_ptr<ConvertSource>> openCheckpoint(const std::shared_ptr<HubCheckpoint> &checkpoint,
                                                      std::string preTokenizer)
{
    SNUG_TRY(convert::Checkpoint read, checkpoint->read());
    auto source = std::make_unique<CheckpointSource>(
        Place{checkpoint->folder(), checkpoint->name(), std::move(read), checkpoint},
        std::move(preTokenizer));
    source->setOrigin(checkpoint->origin());
    return source;
}

} // namespace snug::cli
