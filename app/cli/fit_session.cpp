// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/fit_session.h"

#include "app/cli/fit_json.h"
#include "app/cli/probe_projector.h"
#include "backends/llama/probe.h"
#include "core/fit/rough_fit.h"
#include "core/quant/dry_header.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace snug::cli {
namespace {

using nlohmann::json;

tl::unexpected<Error> noLevel(const std::string &label)
{
    return fail(ErrorKind::NotFound, "There is no such level.", {{"level", label}});
}

} // namespace

Result<std::unique_ptr<FitSession>> FitSession::open(std::unique_ptr<FitSubject> subject)
{
    SNUG_TRY(llama::DryFolder folder, llama::DryFolder::make());
    std::unique_ptr<FitSession> session(new FitSession(std::move(subject), std::move(folder)));
    SNUG_TRY(session->m_model, quant::sourceModel(session->m_subject->parts()));
    session->m_rows = fit::levelRows(session->m_model, session->m_subject->existing());
    session->m_devices = llama::loadedDevices();
    return session;
}

FitSession::FitSession(std::unique_ptr<FitSubject> subject, llama::DryFolder folder)
    : m_subject(std::move(subject))
    , m_folder(std::move(folder))
    , m_dryRun([this](const std::filesystem::path &projector, const std::string &device) {
        return askForProjector(projector, device, m_stop);
    })
{
}

FitQuery FitSession::completed(FitQuery query) const
{
    if (query.load.contextTokens == 0)
        query.load.contextTokens = fit::usualContext(m_subject->facts().contextLength);
    return query;
}

std::vector<std::string> FitSession::labels() const
{
    std::vector<std::string> labels;
    for (const fit::LevelRow &row : m_rows)
        labels.push_back(row.label);
    return labels;
}

json FitSession::ready() const
{
    json devices = json::array();
    for (const fit::Device &device : m_devices)
        devices.push_back(fit::toJson(device));
    const std::string &repository = m_subject->repository();
    return {{"model", toJson(m_subject->facts())},
            {"repository", repository.empty() ? json() : json(repository)},
            {"source", m_subject->facts().format},
            {"chosen", m_subject->chosen()},
            {"context", completed({}).load.contextTokens},
            {"devices", std::move(devices)}};
}

json FitSession::overview(const FitQuery &asked)
{
    const FitQuery query = completed(asked);
    json levels = json::array();
    for (const fit::LevelRow &row : m_rows) {
        const auto bytes = row.tensors.empty() ? row.fileBytes.value_or(0) : row.tensorBytes();
        fit::FitAnswer rough;
        rough.verdict = fit::roughFit(bytes, m_devices).verdict;
        levels.push_back(levelJson(row, rough, Exactness::Rough));
    }
    return {{"context", query.load.contextTokens},
            {"kv_type", query.load.kvType},
            {"exact", false},
            {"levels", std::move(levels)}};
}

fit::LevelRow *FitSession::row(const std::string &label)
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&label](const fit::LevelRow &row) { return row.label == label; });
    return found == m_rows.end() ? nullptr : &*found;
}

// A level whose tensors can only be guessed at is read itself.
Result<void> FitSession::lookAt(fit::LevelRow &row, const VerbContext &context)
{
    if (!row.exists || (!row.tensors.empty() && !row.tensorsArePredicted))
        return {};
    if (!row.tensors.empty() && row.level != nullptr)
        return {};
    SNUG_TRY(const auto headers, m_subject->headersOf(row.label, context));
    row.tensors = quant::tensorsOf(headers);
    row.tensorsArePredicted = false;
    return {};
}

Result<std::filesystem::path> FitSession::dryFile(fit::LevelRow &row, const VerbContext &context)
{
    std::error_code code;
    const auto known = m_dryFiles.find(row.label);
    if (known != m_dryFiles.end() && std::filesystem::exists(known->second, code))
        return known->second;
    SNUG_CHECK(lookAt(row, context));
    if (row.tensors.empty())
        return fail(ErrorKind::Unsupported,
                    row.obstacle.empty() ? "This level cannot be made." : row.obstacle,
                    {{"level", row.label}});
    SNUG_TRY(gguf::Header header, quant::dryHeader(m_subject->parts().front(), row.tensors));
    // A label is a stranger's word, a number is not.
    const auto number = &row - m_rows.data();
    SNUG_TRY(auto file, m_folder.write("level-" + std::to_string(number), std::move(header)));
    m_dryFiles[row.label] = file;
    return file;
}

Result<fit::LoadRequest> FitSession::withCompanions(const fit::LoadRequest &asked)
{
    if (!m_companions || !m_companions->areOf(asked)) {
        m_companions.reset();
        SNUG_TRY(m_companions, llama::CompanionFiles::open(asked, m_subject->parts(), m_folder));
        m_dryRun.forget();
    }
    return m_companions->dry(asked);
}

Result<json> FitSession::exact(const FitQuery &asked, const std::string &label, const VerbContext &context,
                               const Overtaken &overtaken)
{
    fit::LevelRow *const found = row(label);
    if (found == nullptr)
        return noLevel(label);
    m_folder.keepAlive();
    m_stop = context.stop;
    SNUG_TRY(fit::LoadRequest request, withCompanions(completed(asked).load));
    SNUG_TRY(request.model, dryFile(*found, context));
    const auto measure = [&](const fit::LoadRequest &load) -> Result<fit::Allocation> {
        if (overtaken())
            return fail(ErrorKind::Cancelled, "Another question came.");
        return m_dryRun(load);
    };
    SNUG_TRY(const fit::FitAnswer answer, fit::searchFit(request, measure, context.stop));
    return levelJson(*found, answer, Exactness::Exact);
}

} // namespace snug::cli
