// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/probe_projector.h"

#include "app/cli/own_program.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/plugins.h"
#include "core/base/child_process.h"
#include "core/base/events.h"
#include "core/base/paths.h"
#include "core/fit/companion_check.h"
#include "core/gguf/random_reader.h"
#include "core/gguf/reader.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

namespace snug::cli {
namespace {

using nlohmann::json;

Result<gguf::Header> checkedHeader(const std::filesystem::path &projector)
{
    SNUG_TRY(const auto reader, gguf::FileReader::open(projector));
    SNUG_TRY(auto header, gguf::readHeader(*reader));
    SNUG_CHECK(fit::checkProjector(header));
    return header;
}

llama::ProjectorMemory parse(const json &result)
{
    llama::ProjectorMemory memory;
    const json bytesByDevice = result.value("bytes", json::object());
    for (const auto &[device, bytes] : bytesByDevice.items()) {
        if (bytes.is_number_integer())
            memory.bytes[device] = bytes.get<std::int64_t>();
    }
    for (const json &note : result.value("notes", json::array())) {
        if (note.is_string())
            memory.notes.push_back(note.get<std::string>());
    }
    return memory;
}

Result<llama::ProjectorMemory> weightsAlone(const std::filesystem::path &projector, const std::string &device)
{
    SNUG_TRY(const auto header, checkedHeader(projector));
    return llama::ProjectorMemory{{{device, header.tensorBytes()}},
                                  {"The engine came to no end with the projector: only its weights are "
                                   "counted, what it needs to compute "
                                   "is not known."}};
}

// Nothing if the child came to no end.
Result<std::optional<llama::ProjectorMemory>> ask(const std::filesystem::path &projector,
                                                  const std::string &device, const std::stop_token &stop)
{
    ChildRequest request;
    request.program = ownProgram();
    request.arguments = {"probe-projector", "--json", toUtf8(projector), device};
    request.timeout = std::chrono::seconds(30);
    SNUG_TRY(const ChildReport child, runChild(request, stop));
    const auto event = events::parseLastLine(child.output);
    if (!event || child.timedOut || child.signal != 0)
        return std::optional<llama::ProjectorMemory>();
    if (event->value("event", "") == "error")
        return tl::make_unexpected(events::parseError(*event));
    auto memory = parse(*event);
    return memory.bytes.empty() ? std::nullopt : std::optional(std::move(memory));
}

} // namespace

void ProbeProjectorVerb::define(CLI::App &app)
{
    app.add_option("file", m_file, "The projector")->required();
    app.add_option("device", m_device, "The id of the device that works on it")->required();
}

Result<json> ProbeProjectorVerb::run(const VerbContext &)
{
    llama::installEngineLog(llama::EngineNoise::Errors);
    const auto path = fromUtf8(m_file);
    SNUG_CHECK(checkedHeader(path));
    SNUG_CHECK(llama::loadPlugins());
    SNUG_TRY(const auto memory, llama::measureProjector(path, m_device));
    return json{{"bytes", memory.bytes}, {"notes", memory.notes}};
}

void ProbeProjectorVerb::print(const json &result, const VerbContext &) const
{
    fmt::print("{}\n", result["bytes"].dump());
}

Result<llama::ProjectorMemory> askForProjector(const std::filesystem::path &projector,
                                               const std::string &device, const std::stop_token &stop)
{
    SNUG_TRY(auto memory, ask(projector, device, stop));
    return memory ? Result<llama::ProjectorMemory>(*std::move(memory)) : weightsAlone(projector, device);
}

Result<llama::ProjectorMemory> askForUsableProjector(const std::filesystem::path &projector,
                                                     const std::string &device, const std::stop_token &stop)
{
    SNUG_TRY(auto memory, ask(projector, device, stop));
    if (memory)
        return *std::move(memory);
    return fail(ErrorKind::Unsupported,
                fmt::format("The engine came to no end with the projector {}.", toUtf8(projector.filename())),
                {{"path", toUtf8(projector)}}, "It may be damaged, or made for a newer engine.");
}

} // namespace snug::cli
