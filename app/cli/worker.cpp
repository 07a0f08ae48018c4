// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/worker.h"

#include "app/cli/last_resort.h"
#include "app/cli/own_program.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/probe.h"
#include "backends/llama/workers.h"
#include "core/base/child_process.h"
#include "core/base/events.h"
#include "core/fit/request_check.h"
#include "core/http/reachable.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <future>
#include <sstream>

namespace snug::cli {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

void defineDevices(CLI::App &app, std::vector<std::string> &devices, int &threads)
{
    app.add_option("--device", devices,
                   "A device to lend, by its id in `devices`; may be given more than once")
        ->allow_extra_args(false);
    app.add_option("--threads", threads, "Threads of the processor, 0: one for each core")
        ->check(CLI::Range(0, fit::kMostThreads));
}

bool openToOthers(const std::string &host)
{
    return host != "localhost" && host != "[::1]" && !host.starts_with("127.");
}

// What the child said last, if it said why it ended.
Error endOf(const Result<ChildReport> &child)
{
    if (!child)
        return child.error();
    std::istringstream lines(child->output);
    for (std::string line; std::getline(lines, line);) {
        if (const auto event = events::parseLine(line); event && event->value("event", "") == "error")
            return events::parseError(*event);
    }
    return {ErrorKind::WorkerCrashed, "The worker ended by itself.", {{"log", child->errors}}, {}};
}

} // namespace

void WorkerVerb::define(CLI::App &app)
{
    app.add_option("--host", m_host, "The address to listen at; beside 127.0.0.1 only in a network you trust")
        ->capture_default_str();
    app.add_option("--port", m_port, "The port")->check(CLI::Range(1, 65535))->capture_default_str();
    defineDevices(app, m_devices, m_threads);
}

Result<json> WorkerVerb::run(const VerbContext &context)
{
    const std::string address = fmt::format("{}:{}", m_host, m_port);
    SNUG_TRY(const auto checked, llama::parseWorkers(address));
    const std::string reachable = m_host == "0.0.0.0" ? fmt::format("127.0.0.1:{}", m_port) : checked.front();
    if (http::checkReachable(reachable, 500ms))
        return fail(ErrorKind::Io, fmt::format("Port {} is taken.", m_port), {}, "Choose another port.");
    if (openToOthers(m_host))
        context.log("warning",
                    "Whoever reaches this address can use the devices and crash the worker: the "
                    "protocol has neither encryption nor a password. Only for networks you trust.");
    ChildRequest request;
    request.program = ownProgram();
    request.arguments = {"lend", "--json", address, "--threads", std::to_string(m_threads)};
    for (const std::string &device : m_devices)
        request.arguments.insert(request.arguments.end(), {"--device", device});
    request.timeout = std::chrono::hours(24 * 365);
    for (bool told = false;;) {
        auto child = std::async(std::launch::async, [&] { return runChild(request, context.stop); });
        while (child.wait_for(50ms) == std::future_status::timeout && !http::checkReachable(reachable, 500ms))
            continue;
        const bool works = child.wait_for(0ms) == std::future_status::timeout;
        if (works && !told) {
            told = true;
            context.ready({{"address", address}});
            if (!context.json)
                fmt::print("Lending devices at {}. Ctrl+C ends it.\n", address);
            std::fflush(stdout);
        }
        const auto ended = child.get();
        if (context.stop.stop_requested())
            return fail(ErrorKind::Cancelled, "The worker was stopped.");
        const Error reason = endOf(ended);
        if (!works || reason.kind != ErrorKind::WorkerCrashed)
            return tl::make_unexpected(reason);
        context.log("warning", "A client broke the protocol and ended the worker; it starts again.");
    }
}

void WorkerVerb::print(const json &, const VerbContext &) const {}

void LendVerb::define(CLI::App &app)
{
    app.add_option("address", m_address, "host:port")->required();
    defineDevices(app, m_devices, m_threads);
}

Result<json> LendVerb::run(const VerbContext &context)
{
    const LastResort lastResort(context, 50ms, {ErrorKind::Cancelled, "The worker was stopped.", {}, {}});
    llama::installEngineLog(llama::EngineNoise::Errors);
    SNUG_TRY(const auto devices, llama::loadDevices());
    SNUG_CHECK(llama::lendDevices(m_address, m_devices, m_threads));
    return json::object();
}

void LendVerb::print(const json &, const VerbContext &) const {}

} // namespace snug::cli
