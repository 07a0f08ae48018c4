// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/fit_query.h"
#include "app/cli/fit_subject.h"
#include "backends/llama/companions.h"
#include "backends/llama/dry_folder.h"
#include "backends/llama/dry_run.h"
#include "core/fit/fit_search.h"
#include "core/fit/level_rows.h"
#include "core/quant/source_model.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace snug::cli {

// Answers questions about the levels of one model, as `fit` does once and `fit --follow` as often as it is
// asked. Keeps what it computed, so that the next answer is quick. One thread; REQUIRES: plugins are loaded.
class FitSession {
public:
    // True once the answer being computed is wanted no more.
    using Overtaken = std::function<bool()>;

    // Fails as quant::sourceModel, or with Io where there is no folder for temporary files.
    [[nodiscard]] static Result<std::unique_ptr<FitSession>> open(std::unique_ptr<FitSubject> subject);

    // What is known without a question: the model, the devices.
    [[nodiscard]] nlohmann::json ready() const;
    // All levels at once, by our own arithmetic.
    [[nodiscard]] nlohmann::json overview(const FitQuery &query);
    // One level by the engine's allocator. Fails as DryRun, CompanionFiles::open, FitSubject::headersOf;
    // Cancelled if overtaken.
    [[nodiscard]] Result<nlohmann::json> exact(const FitQuery &query, const std::string &label,
                                               const VerbContext &context, const Overtaken &overtaken);
    // The labels of all levels, the largest first.
    [[nodiscard]] std::vector<std::string> labels() const;
    [[nodiscard]] const FitSubject &subject() const { return *m_subject; }
    // `query` with the model's usual context, if it names none.
    [[nodiscard]] FitQuery completed(FitQuery query) const;

private:
    FitSession(std::unique_ptr<FitSubject> subject, llama::DryFolder folder);
    [[nodiscard]] fit::LevelRow *row(const std::string &label);
    [[nodiscard]] Result<void> lookAt(fit::LevelRow &row, const VerbContext &context);
    [[nodiscard]] Result<std::filesystem::path> dryFile(fit::LevelRow &row, const VerbContext &context);

    // `query` with what the dry run is to read for the files beside the model.
    [[nodiscard]] Result<fit::LoadRequest> withCompanions(const fit::LoadRequest &asked);

    std::unique_ptr<FitSubject> m_subject;
    quant::SourceModel m_model; // points into the subject's headers
    std::vector<fit::LevelRow> m_rows;
    std::vector<fit::Device> m_devices;
    llama::DryFolder m_folder;
    std::map<std::string, std::filesystem::path> m_dryFiles; // by label
    std::optional<llama::CompanionFiles> m_companions;       // of the last question
    std::stop_token m_stop;                                  // of the question that is being answered
    llama::DryRun m_dryRun;
};

} // namespace snug::cli
