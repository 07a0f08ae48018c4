// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/fit_query.h"
#include "app/cli/fit_subject.h"
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
#include <string>
#include <vector>

namespace snug::cli {

// Answers questions about the levels of one model, as `fit` does once and `fit --follow` as often as it is
// asked. Keeps what it computed, so that the next answer is quick. One thread; REQUIRES: plugins are loaded.
class FitSession {
public:
    // True once the answer being computed is wanted no more.
    using Overtaken = std::function<bool()>;

    // Of a model that our rules do not know, only the levels that are there are answered. Fails with Io where
    // there is no folder for temporary files.
    [[nodiscard]] static Result<std::unique_ptr<FitSession>> open(std::unique_ptr<FitSubject> subject);

    // What is known without a question: the model, the devices.
    [[nodiscard]] nlohmann::json ready() const;
    // All levels at once, by our own arithmetic.
    [[nodiscard]] nlohmann::json overview(const FitQuery &query);
    // One level by the engine's allocator. Fails as DryRun, FitSubject::headersOf; Cancelled if overtaken.
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
    [[nodiscard]] fit::FitAnswer rough(const fit::LevelRow &row, const fit::LoadRequest &load);
    [[nodiscard]] Result<fit::RoughModel> roughModelOf(const fit::LevelRow &row) const;
    [[nodiscard]] Result<void> lookAt(fit::LevelRow &row, const VerbContext &context);
    [[nodiscard]] Result<std::filesystem::path> dryFile(fit::LevelRow &row, const VerbContext &context);

    std::unique_ptr<FitSubject> m_subject;
    // Points into the subject's headers; without one, what is known about others than the existing levels is
    // nothing.
    std::optional<quant::SourceModel> m_model;
    Result<ModelShape> m_shape = fail(ErrorKind::Unsupported, "Nothing is known of the model's shape.");
    std::map<std::string, std::vector<gguf::Header>>
        m_headers; // of levels that had to be looked at, by label
    std::vector<fit::LevelRow> m_rows;
    std::map<std::string, Result<fit::RoughModel>> m_roughModels; // by label
    std::vector<fit::Device> m_devices;
    llama::DryFolder m_folder;
    std::map<std::string, std::filesystem::path> m_dryFiles; // by label
    llama::DryRun m_dryRun;
};

} // namespace snug::cli
