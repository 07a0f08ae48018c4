// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/command_line.h"
#include "app/cli/run_verb.h"
#include "core/base/events.h"

#include <chrono>
#include <cstdio>
#include <new>
#include <stdexcept>
#include <thread>

// The frame of snug-cli with verbs that misbehave: what a real verb must not be able to do to its parent.

namespace {

using namespace snug;
using namespace snug::cli;
using nlohmann::json;

class MisbehavingVerb final : public Verb {
public:
    void define(CLI::App &app) override { app.add_option("how", m_how)->required(); }

    [[nodiscard]] Result<json> run(const VerbContext &context) override
    {
        if (m_how == "no-memory")
            throw std::bad_alloc();
        if (m_how == "throw")
            throw std::runtime_error("surprise");
        if (m_how == "ignore-stop")
            return ignoreStop(context);
        if (m_how == "flood")
            return flood(context);
        if (m_how == "huge")
            return json{{"text", std::string(events::kMaxLineBytes, 'x')}};
        if (m_how == "huge-error")
            return fail(ErrorKind::Io, std::string(2'000'000, 'x'), {{"log", std::string(2'000'000, 'y')}});
        if (m_how == "log")
            context.log("warning", "\x1b[31mred\x1b[0m \xFF");
        return json{{"how", m_how}};
    }

    void print(const json &result, const VerbContext &) const override
    {
        std::printf("%s\n", result["how"].get<std::string>().c_str());
    }

private:
    // A computation that looks at nothing, like an engine in the middle of a batch.
    static Result<json> ignoreStop(const VerbContext &context)
    {
        context.log("info", "busy");
        std::this_thread::sleep_for(std::chrono::seconds(60));
        return json::object();
    }

    static Result<json> flood(const VerbContext &context)
    {
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(550);
        std::int64_t done = 0;
        while (std::chrono::steady_clock::now() < end)
            context.progress({"flooding", ++done, std::int64_t{1} << 60, Unit::Items});
        return json{{"done", done}};
    }

    std::string m_how;
};

} // namespace

int main(int count, char **values)
{
    std::vector<VerbEntry> verbs;
    verbs.push_back({"misbehave", "", std::make_unique<MisbehavingVerb>()});
    const Request request = parseCommandLine(verbs, {values + 1, values + count});
    if (const auto *run = std::get_if<RunVerb>(&request))
        return runVerb(*run->verb, run->json);
    return kExitUsage;
}
