// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/fit_json.h"
#include "app/cli/fit_machine.h"
#include "app/cli/fit_query.h"
#include "app/cli/fit_subject.h"
#include "backends/llama/companions.h"
#include "backends/llama/dry_folder.h"
#include "backends/llama/dry_run.h"
#include "core/fit/fit_search.h"
#include "core/fit/level_rows.h"
#include "core/fit/rough_model.h"
#include "core/fit/token_work.h"
#include "core/model/shape.h"
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

    // `here`: this computer. Of a model that our rules do not know, only the levels that are there are
    // answered. Fails with Io where there is no folder for temporary files.
    [[nodiscard]] static Result<std::unique_ptr<FitSession>> open(std::unique_ptr<FitSubject> subject,
                                                                  FitMachine here);

    // What is known without a question: the model, the devices, the machines that can be compared with.
    [[nodiscard]] nlohmann::json ready() const;
    // Whether little was read of the model, to be quick: answers are then about the levels that are there,
    // by their sizes.
    [[nodiscard]] bool isPreliminary() const { return m_subject->firstKeys() != nullptr; }
    // Whether the model can guess ahead with layers of its own, as far as was read.
    [[nodiscard]] bool canDraftItself() const;
    // Reads what was left out, once. Fails as FitSubject::complete, and then leaves all as it was.
    [[nodiscard]] Result<void> complete(const VerbContext &context);
    // All levels at once, by our own arithmetic; advice, and what else could be asked for. Fails as
    // fit::parseMachine where the query names a machine.
    [[nodiscard]] Result<nlohmann::json> overview(const FitQuery &query);
    // One level by the engine's allocator, after complete(). Fails as this, DryRun, CompanionFiles::open,
    // FitSubject::headersOf; Cancelled if overtaken;
    // Unsupported for a machine that is not here.
    [[nodiscard]] Result<nlohmann::json> exact(const FitQuery &query, const std::string &label,
                                               const VerbContext &context, const Overtaken &overtaken);
    // What else could be asked for of that level, by the engine's allocator where it knows the level: an
    // object with level, suggestions, suggestions_complete and hopeless. Fails as exact().
    [[nodiscard]] Result<nlohmann::json> suggestions(const FitQuery &query, const std::string &label,
                                                     const VerbContext &context, const Overtaken &overtaken);
    [[nodiscard]] const FitSubject &subject() const { return *m_subject; }
    // Of this computer.
    [[nodiscard]] const std::vector<fit::Device> &devices() const { return m_here.devices; }
    // `query` with the model's usual context, if it names none.
    [[nodiscard]] FitQuery completed(FitQuery query) const;

private:
    struct Row {
        fit::LevelRow level;
        std::optional<Result<fit::RoughModel>> rough;
        std::optional<Result<fit::TokenWork>> work;
        std::filesystem::path dryFile;     // empty: not written yet
        std::vector<gguf::Header> headers; // if this level had to be looked at after the others
    };

    struct MeasuredBy {
        fit::Measure measure;
        Exactness exactness = Exactness::Rough;
    };

    FitSession(std::unique_ptr<FitSubject> subject, FitMachine here, llama::DryFolder folder);
    // Makes rows of what the subject knows.
    void takeSubject();
    // The machine that the query names. Fails as fit::parseMachine.
    [[nodiscard]] Result<const FitMachine *> machine(const FitQuery &query);
    [[nodiscard]] Row *row(const std::string &label);
    [[nodiscard]] const Result<fit::RoughModel> &roughModel(Row &row) const;
    [[nodiscard]] fit::Measure roughMeasure(Row &row, const FitMachine &machine) const;
    [[nodiscard]] Result<fit::Measure> exactMeasure(Row &row, const VerbContext &context,
                                                    const Overtaken &overtaken);
    [[nodiscard]] Result<void> lookAt(Row &row, const VerbContext &context);
    [[nodiscard]] Result<std::filesystem::path> dryFile(Row &row, const VerbContext &context);
    [[nodiscard]] nlohmann::json speedJson(Row &row, const FitMachine &machine, const FitQuery &query,
                                           const fit::Allocation &allocation) const;
    [[nodiscard]] nlohmann::json adviceJson(const FitQuery &query, const FitMachine &machine,
                                            const nlohmann::json &levels);
    [[nodiscard]] nlohmann::json suggestionsJson(const FitQuery &query, const FitMachine &machine,
                                                 const std::string &label, std::vector<MeasuredBy> measures,
                                                 const std::stop_token &stop) const;

    // `query` with what the dry run is to read for the files beside the model.
    [[nodiscard]] Result<fit::LoadRequest> withCompanions(const fit::LoadRequest &asked);

    std::unique_ptr<FitSubject> m_subject;
    std::optional<quant::SourceModel> m_model; // points into the subject's headers
    Result<ModelShape> m_shape = fail(ErrorKind::Unsupported, "Nothing is known of the model's shape.");
    std::vector<Row> m_rows; // never grows between two calls of takeSubject: measures point to rows
    FitMachine m_here;
    std::map<std::string, FitMachine> m_others; // by what the questions call them
    llama::DryFolder m_folder;
    std::optional<llama::CompanionFiles> m_companions; // of the last question
    std::stop_token m_stop;                            // of the question that is being answered
    llama::DryRun m_dryRun;
};

} // namespace snug::cli
