// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/convert_gguf.h"

#include "backends/llama/gguf_data.h"
#include "core/base/paths.h"
#include "core/gguf/reader.h"
#include "core/model/split_files.h"

#include <utility>

namespace snug::cli {
namespace {

namespace fs = std::filesystem;

class GgufSource final : public ConvertSource {
public:
    explicit GgufSource(const fs::path &path)
    {
        m_name = toUtf8(path.stem());
        m_origin = {{"format", "gguf"}, {"files", nlohmann::json::array()}};
    }

    Result<void> add(const fs::path &path)
    {
        SNUG_TRY(const auto file, gguf::FileReader::open(path));
        SNUG_TRY(gguf::Header header, gguf::readHeader(*file));
        SNUG_CHECK(gguf::loadArrays(*file, header));
        m_paths.push_back(path);
        m_parts.push_back(std::move(header));
        addFile(path);
        return {};
    }

    [[nodiscard]] const gguf::Header &first() const { return m_parts.front(); }

    [[nodiscard]] Result<gguf::Header> draft(const LevelChoice &choice) override
    {
        gguf::Header draft;
        draft.values = first().values;
        std::erase_if(draft.values,
                      [](const gguf::KeyValue &pair) { return pair.key.starts_with("split."); });
        SNUG_TRY(draft.tensors, tensorsAt(m_parts, choice));
        setKey(draft.values, "general.file_type", gguf::Value(static_cast<std::uint32_t>(choice.level)));
        setKey(draft.values, "general.quantization_version", gguf::Value(std::uint32_t{2}));
        return draft;
    }

    [[nodiscard]] Result<std::unique_ptr<convert::ModelData>> open(const gguf::Header &draft) override
    {
        std::vector<llama::GgufData::Part> parts;
        for (std::size_t i = 0; i < m_parts.size(); ++i)
            parts.push_back({m_paths[i], &m_parts[i]});
        return llama::GgufData::open(parts, draft.tensors);
    }

private:
    std::vector<fs::path> m_paths;
    std::vector<gguf::Header> m_parts;
};

} // namespace

Result<std::unique_ptr<ConvertSource>> openGguf(const fs::path &path)
{
    auto source = std::make_unique<GgufSource>(path);
    SNUG_CHECK(source->add(path));
    const gguf::Value *said = source->first().find("split.count");
    const std::int64_t count = said != nullptr ? said->integer().value_or(1) : 1;
    for (std::int64_t part = 2; part <= count; ++part) {
        const auto next = splitPartPath(path, part, count);
        if (!next)
            return fail(ErrorKind::NotFound, "The other parts of the model cannot be told from its name.",
                        {{"path", toUtf8(path)}}, "Give the parts the names that they had.");
        SNUG_CHECK(source->add(*next));
    }
    return source;
}

} // namespace snug::cli
