// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/bench_draft.h"

#include "app/cli/figures.h"
#include "app/cli/probe_template.h"
#include "app/cli/running_engine.h"
#include "app/cli/serve.h"
#include "backends/llama/probe.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/chat/openai_client.h"

#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

namespace snug::cli {
namespace {

using nlohmann::json;

// What people ask: a draft guesses code well, and prose less so.
constexpr std::array kQuestions = {
    "Write a Python function that returns the n-th Fibonacci number, with a docstring.",
    "Explain in a few sentences why the sky is blue.",
    "List the twelve months of the year with their number of days.",
};

struct Run {
    std::vector<double> speeds;     // tokens a second, one for each question and round
    std::vector<std::string> texts; // of the last round
    std::int64_t guessed = 0;
    std::int64_t accepted = 0;
};

Result<chat::ChatAnswer> ask(const chat::OpenAiClient &client, const char *question, int tokens,
                             const VerbContext &context)
{
    chat::ChatRequest request;
    request.messages = {{chat::Role::User, question}};
    request.sampling.temperature = 0;
    request.sampling.maxTokens = tokens;
    request.extra = {{"ignore_eos", true}, {"cache_prompt", false}};
    chat::ChatOutcome outcome = client.complete(request, {}, context.stop);
    if (outcome.error)
        return tl::make_unexpected(*std::move(outcome.error));
    return std::move(outcome.answer);
}

// One round more than asked for, which only warms up.
Result<Run> answerAll(const chat::OpenAiClient &client, const DraftBench &bench, std::string_view stage,
                      const VerbContext &context)
{
    Run run;
    for (int round = 0; round <= bench.rounds; ++round) {
        run.texts.clear();
        for (const char *question : kQuestions) {
            SNUG_TRY(const chat::ChatAnswer answer, ask(client, question, bench.tokens, context));
            run.texts.push_back(answer.text);
            if (round == 0 || !answer.timings)
                continue;
            run.speeds.push_back(answer.timings->predictedPerSecond);
            run.guessed += answer.timings->draftTokens;
            run.accepted += answer.timings->draftAccepted;
        }
        context.progress({stage, round, bench.rounds, Unit::Items});
    }
    return run;
}

Result<Run> runWith(const DraftBench &bench, const fit::LoadRequest &load, const ChosenTemplate &chosen,
                    std::span<const fit::Device> devices, const VerbContext &context)
{
    const ApiKey key = takeApiKey();
    llama::EngineServer server;
    const fit::DeviceOverheads overheads(context.paths, devices, llama::engineVersion());
    SNUG_TRY(const auto ready,
             server.load({load, key.text, 0, overheads, chosen.text}, context.progress, context.stop));
    RunningEngine engine(server);
    const chat::OpenAiClient client({ready.url, key.text});
    auto run =
        answerAll(client, bench,
                  load.draft.empty() ? "answering without the draft" : "answering with the draft", context);
    if (auto ended = engine.stop(); !ended)
        return tl::make_unexpected(std::move(ended).error());
    return run;
}

} // namespace

Result<json> benchDraft(const DraftBench &bench, std::span<const fit::Device> devices,
                        const VerbContext &context)
{
    SNUG_TRY(const ChosenTemplate chosen, chooseTemplate(bench.load.model, {}, context.stop));
    fit::LoadRequest alone = bench.load;
    alone.draft.clear();
    SNUG_TRY(const Run without, runWith(bench, alone, chosen, devices, context));
    SNUG_TRY(const Run with, runWith(bench, bench.load, chosen, devices, context));
    const Figures before = figuresOf(without.speeds);
    const Figures after = figuresOf(with.speeds);
    return json{{"path", toUtf8(bench.load.draft)},
                {"without", toJson(before)},
                {"with", toJson(after)},
                {"gain", before.median > 0 ? after.median / before.median : 0},
                {"draft_tokens", with.guessed},
                {"draft_accepted", with.accepted},
                {"same_text", with.texts == without.texts}};
}

void printDraftBench(const json &result)
{
    const auto line = [&result](const char *name, const char *field) {
        const json &figures = result[field];
        fmt::print(
            "{:<12}{:>12.1f}{:>22}\n", name, figures["median"].get<double>(),
            fmt::format("{:.1f} to {:.1f}", figures["low"].get<double>(), figures["high"].get<double>()));
    };
    fmt::print("\n{:<12}{:>12}{:>22}\n", "draft", "tokens/s", "range");
    line("without", "without");
    line("with", "with");
    const auto guessed = result["draft_tokens"].get<std::int64_t>();
    fmt::print("The draft makes it {:.2f} times as fast; {} of {} guesses were right.\n",
               result["gain"].get<double>(), formatCount(result["draft_accepted"].get<std::int64_t>()),
               formatCount(guessed));
    if (!result["same_text"].get<bool>())
        fmt::print("Note: the answers differ, as rounding may have it where two tokens are as likely.\n");
}

} // namespace snug::cli
