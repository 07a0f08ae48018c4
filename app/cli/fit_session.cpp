// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/fit_session.h"

#include "app/cli/probe_projector.h"
#include "backends/llama/probe.h"
#include "core/base/units.h"
#include "core/fit/distinct_cards.h"
#include "core/fit/machine.h"
#include "core/fit/own_draft.h"
#include "core/fit/rough_memory.h"
#include "core/gguf/text.h"
#include "core/model/known_architectures.h"
#include "core/quant/dry_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <system_error>
#include <utility>

namespace snug::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kMostMachines = 64;

tl::unexpected<Error> noLevel(const std::string &label)
{
    return fail(ErrorKind::NotFound, "There is no such level.", {{"level", label}});
}

void takeFree(std::span<const fit::Device> devices, fit::DeviceMemory &memory)
{
    for (const fit::Device &device : devices) {
        if (device.id == memory.device) {
            memory.freeBytes = device.freeBytes;
            memory.totalBytes = device.totalBytes;
        }
    }
}

void addGivenBack(FitMachine &machine)
{
    for (fit::Device &device : machine.devices) {
        const auto found = machine.givenBack.find(device.id);
        if (found != machine.givenBack.end())
            device.freeBytes += std::clamp<std::int64_t>(
                found->second, 0, std::max<std::int64_t>(0, device.totalBytes - device.freeBytes));
    }
}

std::int64_t freeBytes(std::span<const fit::Device> devices)
{
    std::int64_t sum = 0;
    for (const fit::Device &device : fit::distinctCards(devices)) {
        // An integrated GPU uses the memory that the host would use.
        if (device.kind != "igpu" && !device.software)
            sum += std::max<std::int64_t>(device.freeBytes, 0);
    }
    return sum;
}

// Of a model that no engine of ours can load, figures from its keys would be figures of something else.
Result<ModelShape> runnable(Result<ModelShape> shape)
{
    if (!shape)
        return shape;
    const auto known = knownArchitectures();
    if (std::find(known.begin(), known.end(), shape->architecture) != known.end())
        return shape;
    return fail(ErrorKind::Unsupported,
                fmt::format("The engine does not know the architecture {}, so it cannot run this model.",
                            gguf::escaped(shape->architecture, 100)),
                {{"reason", std::string("architecture")}});
}

// Where nothing but the size can be told: that decides only if it is more than there is.
fit::FitAnswer byWeights(const fit::LevelRow &row, const Error &error, const FitMachine &machine)
{
    fit::FitAnswer answer;
    answer.notes.push_back(error.message);
    if (!row.fileBytes)
        return answer;
    const std::int64_t free = freeBytes(machine.devices);
    const bool tooLarge = *row.fileBytes > free;
    answer.verdict = tooLarge ? fit::Verdict::No : fit::Verdict::Unknown;
    answer.notes.push_back(fmt::format("Its weights alone take {}{}; {} of memory are free in all.",
                                       row.fileBytesExact ? "" : "about ", formatBytes(*row.fileBytes),
                                       formatBytes(free)));
    return answer;
}

} // namespace

Result<std::unique_ptr<FitSession>> FitSession::open(std::unique_ptr<FitSubject> subject, FitMachine here)
{
    SNUG_TRY(llama::DryFolder folder, llama::DryFolder::make());
    std::unique_ptr<FitSession> session(
        new FitSession(std::move(subject), std::move(here), std::move(folder)));
    session->takeSubject();
    return session;
}

void FitSession::takeSubject()
{
    const FitSubject &subject = *m_subject;
    const auto existing = subject.existing();
    const std::int64_t parameters = subject.facts().parameters.value_or(0);
    std::vector<fit::LevelRow> rows;
    m_rows.clear();
    m_model.reset();
    // They were held against the model as it was known before.
    m_companions.reset();
    m_dryRun.forget();
    if (const Error *obstacle = subject.obstacle()) {
        m_shape = tl::make_unexpected(*obstacle);
        rows = fit::guessedRows(parameters, obstacle->message);
        for (fit::LevelRow &row : fit::levelRows(existing, parameters))
            rows.push_back(std::move(row));
    } else if (const gguf::FirstKeys *first = subject.firstKeys()) {
        m_shape = runnable(shapeOf(*first));
        rows = fit::levelRows(existing, parameters);
    } else {
        m_shape = runnable(shapeOf(subject.parts()));
        if (auto model = quant::sourceModel(subject.parts()))
            m_model = *std::move(model);
        rows = m_model ? fit::levelRows(*m_model, existing, subject.uncountedBytes())
                       : fit::levelRows(existing, parameters);
    }
    m_rows.resize(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        m_rows[i].level = std::move(rows[i]);
}

Result<void> FitSession::complete(const VerbContext &context)
{
    if (!isPreliminary())
        return {};
    SNUG_CHECK(m_subject->complete(context));
    takeSubject();
    return {};
}

FitSession::FitSession(std::unique_ptr<FitSubject> subject, FitMachine here, llama::DryFolder folder)
    : m_subject(std::move(subject))
    , m_here(std::move(here))
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

bool FitSession::canDraftItself() const
{
    const auto &parts = m_subject->parts();
    return !parts.empty() && fit::checkOwnDraft(parts).has_value();
}

json FitSession::ready() const
{
    const std::string &repository = m_subject->repository();
    return {{"model", toJson(m_subject->facts())},
            {"repository", repository.empty() ? json() : json(repository)},
            {"source", m_subject->facts().format},
            {"sizes_exact", m_subject->uncountedBytes() == 0},
            {"chosen", m_subject->chosen()},
            {"preliminary", isPreliminary()},
            {"context", completed({}).load.contextTokens},
            {"own_draft", canDraftItself()},
            {"devices", devicesJson(m_here.devices)},
            {"machines", machinesJson()}};
}

Result<json> FitSession::overview(const FitQuery &asked)
{
    const FitQuery query = completed(asked);
    m_folder.keepAlive();
    llama::refreshMemory(m_here.devices);
    addGivenBack(m_here);
    SNUG_TRY(const FitMachine *const found, machine(query));
    SNUG_CHECK(withCompanions(query.load));
    const FitMachine &machine = *found;
    json levels = json::array();
    std::vector<MeasuredBy> measures;
    for (Row &row : m_rows) {
        measures.push_back({roughMeasure(row, machine), Exactness::Rough});
        auto searched = fit::searchFit(query.load, measures.back().measure, {});
        fit::FitAnswer answer =
            searched ? *std::move(searched) : byWeights(row.level, searched.error(), machine);
        if (m_shape && !m_shape->known)
            answer.notes.push_back(m_shape->doubt);
        json entry = levelJson(row.level, answer, Exactness::Rough);
        entry["speed"] = speedJson(row, machine, query, answer.allocation);
        levels.push_back(std::move(entry));
    }
    json result = {{"context", query.load.contextTokens},
                   {"kv_type", query.load.kvType},
                   {"kv_type_v", query.load.valueType()},
                   {"flash_attn", fit::flashAttentionName(query.load.flashAttention)},
                   {"exact", false},
                   {"preliminary", isPreliminary()},
                   {"own_draft", canDraftItself()},
                   {"model", toJson(m_subject->facts())},
                   {"devices", devicesJson(machine.devices)},
                   {"notes", machine.notes}};
    result["advice"] = adviceJson(query, machine, levels);
    std::string selected = query.levels.empty() ? m_subject->chosen() : query.levels.front();
    if (selected.empty() && result["advice"].is_object())
        selected = result["advice"]["level"].get<std::string>();
    result["suggestions_level"] = selected;
    result.update(suggestionsJson(query, machine, selected, std::move(measures), {}));
    result["levels"] = std::move(levels);
    return result;
}

Result<const FitMachine *> FitSession::machine(const FitQuery &query)
{
    if (query.machine.empty())
        return &m_here;
    fit::Host host{m_here.devices.front(), std::nullopt};
    for (const fit::DeviceSpeed &speed : m_here.forecast.speeds()) {
        if (speed.device == host.device.id)
            host.speed = speed;
    }
    // Anew each time: it has this computer's main memory, of which not always as much is free.
    SNUG_TRY(fit::Machine other, fit::parseMachine(query.machine, host));
    const auto known = m_others.find(query.machine);
    if (known != m_others.end()) {
        known->second.devices = std::move(other.devices);
        known->second.notes = std::move(other.notes);
        return &known->second;
    }
    // A person who types a name sends many questions.
    if (m_others.size() >= kMostMachines)
        m_others.clear();
    return &m_others
                .emplace(query.machine, FitMachine{std::move(other.devices),
                                                   fit::SpeedForecast(std::move(other.speeds)),
                                                   std::move(other.notes),
                                                   false,
                                                   {},
                                                   {},
                                                   {}})
                .first->second;
}

FitSession::Row *FitSession::row(const std::string &label)
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&label](const Row &row) { return row.level.label == label; });
    return found == m_rows.end() ? nullptr : &*found;
}

const Result<fit::RoughModel> &FitSession::roughModel(Row &row) const
{
    if (!row.rough)
        row.rough = m_shape ? fit::roughModel(*m_shape, row.level)
                            : Result<fit::RoughModel>(tl::make_unexpected(m_shape.error()));
    return *row.rough;
}

// Lives as long as the row and the machine.
fit::Measure FitSession::roughMeasure(Row &row, const FitMachine &machine) const
{
    return [this, &row, &machine](const fit::LoadRequest &request) -> Result<fit::Allocation> {
        const auto &model = roughModel(row);
        if (!model)
            return tl::make_unexpected(model.error());
        SNUG_TRY(fit::Allocation allocation, fit::roughAllocation(*model, machine.devices, request));
        if (m_companions && m_companions->areOf(request))
            SNUG_CHECK(fit::addCompanions(m_companions->rough(), machine.devices, request, allocation));
        machine.overheads.addTo(allocation);
        return allocation;
    };
}

json FitSession::speedJson(Row &row, const FitMachine &machine, const FitQuery &query,
                           const fit::Allocation &allocation) const
{
    if (!row.work)
        row.work = fit::tokenWork(m_subject->parts(), row.level);
    if (!*row.work || allocation.memory.empty())
        return {};
    fit::SpeedRequest request;
    request.cpuExpertLayers = query.load.cpuExpertLayers;
    const auto estimate = machine.forecast.estimate(**row.work, allocation, request);
    if (!estimate)
        return {};
    json speed = fit::toJson(*estimate);
    if (const auto load = machine.loads.seconds(allocation))
        speed["load_seconds"] = *load;
    return speed;
}

// A level that was not made by our rules is read itself.
Result<void> FitSession::lookAt(Row &row, const VerbContext &context)
{
    if (!row.level.exists || row.level.plan || !row.level.headers.empty())
        return {};
    SNUG_TRY(row.headers, m_subject->headersOf(row.level.label, context));
    row.level.headers = row.headers;
    row.rough.reset();
    row.work.reset();
    return {};
}

Result<std::filesystem::path> FitSession::dryFile(Row &row, const VerbContext &context)
{
    std::error_code code;
    if (!row.dryFile.empty() && std::filesystem::exists(row.dryFile, code))
        return row.dryFile;
    SNUG_CHECK(lookAt(row, context));
    auto tensors = row.level.tensors();
    if (tensors.empty())
        return fail(ErrorKind::Unsupported,
                    row.level.obstacle.empty() ? "This level cannot be made." : row.level.obstacle,
                    {{"level", row.level.label}});
    SNUG_TRY(gguf::Header header, quant::dryHeader(m_subject->parts().front(), std::move(tensors)));
    // A label is a stranger's word, a number is not.
    const auto number = &row - m_rows.data();
    SNUG_TRY(row.dryFile, m_folder.write("level-" + std::to_string(number), std::move(header)));
    return row.dryFile;
}

Result<fit::Measure> FitSession::exactMeasure(Row &row, const VerbContext &context,
                                              const Overtaken &overtaken)
{
    SNUG_TRY(const auto file, dryFile(row, context));
    m_stop = context.stop;
    return [this, file, overtaken](const fit::LoadRequest &request) -> Result<fit::Allocation> {
        if (overtaken())
            return fail(ErrorKind::Cancelled, "Another question came.");
        SNUG_TRY(fit::LoadRequest dry, withCompanions(request));
        dry.model = file;
        SNUG_TRY(fit::Allocation allocation, m_dryRun(dry));
        // All levels of one answer are held against the same free memory.
        for (fit::DeviceMemory &memory : allocation.memory)
            takeFree(m_here.devices, memory);
        m_here.overheads.addTo(allocation);
        return allocation;
    };
}

Result<fit::LoadRequest> FitSession::withCompanions(const fit::LoadRequest &asked)
{
    // There is nothing yet, or never, to hold them against.
    if (m_subject->parts().empty()) {
        fit::LoadRequest without = asked;
        without.projector.clear();
        without.draft.clear();
        without.loras.clear();
        return without;
    }
    std::error_code code;
    if (!m_companions || !m_companions->areOf(asked) || !std::filesystem::exists(m_folder.path(), code)) {
        m_companions.reset();
        SNUG_TRY(m_companions, llama::CompanionFiles::open(asked, m_subject->parts(), m_folder));
        m_dryRun.forget();
    }
    return m_companions->dry(asked);
}

Result<json> FitSession::exact(const FitQuery &asked, const std::string &label, const VerbContext &context,
                               const Overtaken &overtaken)
{
    if (!asked.machine.empty())
        return fail(ErrorKind::Unsupported, "The engine can only be asked about this computer.");
    SNUG_CHECK(complete(context));
    Row *const found = row(label);
    if (found == nullptr)
        return noLevel(label);
    m_folder.keepAlive();
    const FitQuery query = completed(asked);
    SNUG_TRY(const fit::Measure measure, exactMeasure(*found, context, overtaken));
    SNUG_TRY(const fit::FitAnswer answer, fit::searchFit(query.load, measure, context.stop));
    json entry = levelJson(found->level, answer, Exactness::Exact);
    entry["speed"] = speedJson(*found, m_here, query, answer.allocation);
    return entry;
}

} // namespace snug::cli
