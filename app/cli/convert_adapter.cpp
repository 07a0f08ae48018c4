// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/convert_adapter.h"

#include "core/base/paths.h"
#include "core/convert/adapter/adapter_plan.h"
#include "core/convert/folder_texts.h"
#include "core/convert/model_card.h"
#include "core/hub/names.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

namespace snug::cli {
namespace {

namespace fs = std::filesystem;

class AdapterSource final : public ConvertSource {
public:
    AdapterSource(fs::path folder, convert::Adapter adapter)
        : m_folder(std::move(folder)), m_adapter(std::move(adapter))
    {
        std::error_code error;
        const fs::path absolute = fs::weakly_canonical(m_folder, error);
        m_name = toUtf8((error ? m_folder : absolute).filename());
        m_origin = {{"format", "safetensors"}, {"files", nlohmann::json::array()}};
        addFile(m_folder / "adapter_config.json");
        for (const convert::Shard &shard : m_adapter.checkpoint.shards)
            addFile(m_folder / fromUtf8(shard.file));
    }

    [[nodiscard]] Result<gguf::Header> draft(const LevelChoice &choice) override
    {
        m_warnings.clear();
        const auto type = directType(choice);
        if (!type)
            return fail(ErrorKind::InvalidArgument,
                        "An adapter is made at F32, F16, BF16 or Q8_0, all of it alike.",
                        {{"reason", std::string("adapter_level")}}, "For example --type F16.");
        SNUG_TRY(m_plan, convert::planAdapter(m_adapter, *type));
        warn(m_plan.warnings);
        gguf::Header draft;
        for (std::size_t i = 0; i < m_plan.conversion.tensors.size(); ++i) {
            const convert::PlannedTensor &tensor = m_plan.conversion.tensors[i];
            draft.tensors.push_back(
                {tensor.name, {tensor.shape.rbegin(), tensor.shape.rend()}, m_plan.types[i], 0, 0});
        }
        draft.values = m_plan.conversion.keys;
        convert::FolderTexts texts(m_folder);
        const convert::CardSubject subject{m_name, &m_adapter.checkpoint.config, {}};
        for (gguf::KeyValue &pair : convert::modelCardKeys(subject, texts)) {
            // What it was made for is told by adapter_config.json.
            if (!pair.key.starts_with("general.base_model."))
                draft.values.push_back(std::move(pair));
        }
        addBase(draft.values);
        return draft;
    }

    [[nodiscard]] Result<std::unique_ptr<convert::ModelData>> open(const gguf::Header & /*draft*/) override
    {
        SNUG_TRY(m_shards, convert::FolderShards::open(m_folder, m_adapter.checkpoint));
        return std::make_unique<convert::AdapterData>(m_plan, m_adapter, *m_shards);
    }

private:
    // Which model it belongs to, unless it names a folder of whoever trained it.
    void addBase(std::vector<gguf::KeyValue> &keys) const
    {
        const auto id = hub::RepoId::parse(m_adapter.config.baseModel());
        if (!id)
            return;
        keys.push_back({"general.base_model.count", gguf::Value(std::uint32_t{1})});
        keys.push_back({"general.base_model.0.name", gguf::Value(std::string(id->name()))});
        keys.push_back({"general.base_model.0.organization", gguf::Value(std::string(id->owner()))});
    }

    fs::path m_folder;
    convert::Adapter m_adapter;
    convert::AdapterPlan m_plan;
    std::unique_ptr<convert::FolderShards> m_shards;
};

} // namespace

Result<std::unique_ptr<ConvertSource>> openAdapter(const fs::path &folder, convert::AdapterConfig config,
                                                   nlohmann::json base)
{
    SNUG_TRY(convert::Adapter adapter, convert::readAdapter(folder, std::move(config), std::move(base)));
    return std::make_unique<AdapterSource>(folder, std::move(adapter));
}

} // namespace snug::cli
