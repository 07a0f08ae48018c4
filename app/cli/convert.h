// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/convert_source.h"
#include "app/cli/verb.h"
#include "core/convert/job/output_plan.h"
#include "core/convert/job/write_model.h"
#include "core/quant/imatrix.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace snug::cli {

// `convert SRC -o OUT.gguf --type LEVEL`: makes a GGUF file of a checkpoint or of another GGUF file, in one
// pass and without a file in between. What a stop or a crash leaves is continued by the same command.
class ConvertVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    struct Planned {
        std::unique_ptr<ConvertSource> source;
        gguf::Header draft;
        convert::OutputPlan output;
    };

    [[nodiscard]] Result<std::filesystem::path> sourcePath(const VerbContext &context);
    [[nodiscard]] Result<LevelChoice> choice() const;
    [[nodiscard]] Result<void> readImportance();
    [[nodiscard]] Result<std::unique_ptr<ConvertSource>> openSource(const std::filesystem::path &path,
                                                                    const VerbContext &context) const;
    [[nodiscard]] Result<Planned> plan(const std::filesystem::path &source, const VerbContext &context);
    void addProvenance(std::vector<gguf::KeyValue> &keys) const;
    [[nodiscard]] nlohmann::json planJson(const Planned &planned) const;
    [[nodiscard]] Result<nlohmann::json> write(Planned &planned, const VerbContext &context);
    [[nodiscard]] Result<void> writeSidecar(const Planned &planned,
                                            const std::vector<convert::WrittenFile> &files) const;
    [[nodiscard]] std::int64_t memoryBytes() const;

    std::string m_source; // UTF-8
    std::string m_output;
    std::string m_level;
    std::vector<std::string> m_patterns;
    std::string m_outputType;
    std::string m_embeddingType;
    std::string m_imatrixFile;
    std::string m_preTokenizer;
    std::string m_base; // of an adapter: a folder or a name at the Hub
    std::uint64_t m_splitBytes = 0;
    int m_threads = 0;
    bool m_pure = false;
    bool m_dryRun = false;
    bool m_discard = false;
    std::optional<quant::Imatrix> m_imatrix;
    nlohmann::json m_hub; // repository and commit of a model from the Hub
};

} // namespace snug::cli
