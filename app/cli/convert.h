// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/convert_options.h"
#include "app/cli/convert_source.h"
#include "app/cli/verb.h"
#include "core/convert/job/output_plan.h"
#include "core/convert/job/write_model.h"
#include "core/quant/imatrix.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace snug::cli {

// All about a file in the making before the first byte is written.
struct PlannedConversion {
    std::unique_ptr<ConvertSource> source;
    gguf::Header draft;
    convert::OutputPlan output;
};

// `convert SRC -o OUT.gguf --type LEVEL`: makes a GGUF file of a checkpoint or of another GGUF file, in one
// pass and without a file in between. What a stop or a crash leaves is continued by the same command.
class ConvertVerb final : public Verb {
public:
    void define(CLI::App &app) override;
    [[nodiscard]] Result<nlohmann::json> run(const VerbContext &context) override;
    void print(const nlohmann::json &result, const VerbContext &context) const override;

private:
    [[nodiscard]] Result<void> readImportance();
    [[nodiscard]] Result<std::string> importanceHash() const;
    [[nodiscard]] Result<PlannedConversion> plan(const VerbContext &context);
    [[nodiscard]] nlohmann::json planJson(const PlannedConversion &planned) const;
    [[nodiscard]] Result<void> checkRoom(const PlannedConversion &planned) const;
    [[nodiscard]] Result<nlohmann::json> write(PlannedConversion &planned, const VerbContext &context);
    [[nodiscard]] Result<void> writeSidecar(const PlannedConversion &planned,
                                            const std::vector<convert::WrittenFile> &files) const;
    [[nodiscard]] std::int64_t memoryBytes() const;

    ConvertOptions m_options;
    std::optional<quant::Imatrix> m_imatrix;
};

} // namespace snug::cli
