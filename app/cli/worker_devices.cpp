// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/worker_devices.h"

#include "app/cli/own_program.h"
#include "backends/llama/probe.h"
#include "backends/llama/workers.h"
#include "core/base/child_process.h"
#include "core/base/events.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <future>
#include <sstream>

namespace snug::cli {
namespace {

using nlohmann::json;

// A machine of the same network answers within a second.
constexpr std::chrono::milliseconds kPatience(5000);

WorkerAnswer silent(const std::string &worker)
{
    return {worker,
            {},
            fmt::format("The worker {} does not answer as this version's workers do.", worker),
            "Start `snug-cli worker` of the same version there, or take it out of SNUG_RPC_WORKERS."};
}

WorkerAnswer ask(const std::string &worker, const std::stop_token &stop)
{
    ChildRequest request;
    request.program = ownProgram();
    request.arguments = {"probe-worker", "--json", worker};
    request.timeout = kPatience;
    const auto child = runChild(request, stop);
    if (!child || child->timedOut || child->exitCode < 0)
        return silent(worker);
    std::istringstream lines(child->output);
    WorkerAnswer answer = silent(worker);
    for (std::string line; std::getline(lines, line);) {
        const auto event = events::parseLine(line);
        if (event && event->value("event", "") == "error")
            answer.reason = fmt::format("{}: {}", worker, events::parseError(*event).message);
        if (!event || event->value("event", "") != "result" || !event->contains("devices"))
            continue;
        answer = {worker, {}, {}, {}};
        for (const json &device : (*event)["devices"])
            answer.devices.push_back(fit::deviceFromJson(device));
    }
    return answer;
}

} // namespace

Result<std::vector<WorkerAnswer>> askWorkers(const VerbContext &context)
{
    const char *list = std::getenv(kWorkersVariable);
    SNUG_TRY(const auto workers, llama::parseWorkers(list == nullptr ? "" : list));
    std::vector<std::future<WorkerAnswer>> asked;
    for (const std::string &worker : workers)
        asked.push_back(
            std::async(std::launch::async, [&worker, &context] { return ask(worker, context.stop); }));
    std::vector<WorkerAnswer> answers;
    for (auto &answer : asked)
        answers.push_back(answer.get());
    if (context.stop.stop_requested())
        return fail(ErrorKind::Cancelled, "Cancelled.");
    return answers;
}

Result<UsableDevices> loadUsableDevices(const VerbContext &context)
{
    SNUG_TRY(const auto answers, askWorkers(context));
    std::vector<std::string> workers;
    UsableDevices usable;
    for (const WorkerAnswer &answer : answers) {
        if (answer.reason.empty())
            workers.push_back(answer.worker);
        else
            usable.notes.push_back(answer.reason + " " + answer.hint);
    }
    SNUG_TRY(usable.devices, llama::loadDevices(workers));
    return usable;
}

} // namespace snug::cli
