// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// fake_worker VERB ...: a child that behaves well or badly, as the variable SNUG_FAKE_VERB (for example
// SNUG_FAKE_FIT) or else SNUG_FAKE says:
//
//   result     progress, then a result          error      an error event, exit 1
//   print:F    the lines of file F, exit 0      serve:F    the lines of F, then until its input is closed
//   hang       until its input is closed        stubborn   until it is terminated
//   deaf       until it is killed               echo       a result with its arguments and its secrets
//   garbage    a line that is no event          long       a line that is too long
//   flood      200 000 progress events          silent     nothing, exit 0
//   exit       a loud log, exit 3               abort      a failed assertion, SIGABRT
//   kill       SIGKILL                          memory     a driver's words for no memory, SIGABRT
//   unended    a result without a line's end    partial    progress, then SIGABRT in the middle of a line
//   models:D   as serve, the lines of the file of folder D that has the model's name; without one as memory
//   linger     until half a second after its input is closed
//   late:F     the lines of file F after half a second, exit 0
//   until:F    the lines of file F, then until its input is closed, without an answer
//   follow:M   answers the questions of `fit --follow` in manner M (tests/support/fake_fit.h)
//
// With --dry-run the verb counts as "plan".
//
// The file SNUG_FAKE_LOG gets a line "began ARGUMENTS", and "ended ARGUMENTS" when the child leaves by
// itself.
#include "core/base/events.h"
#include "tests/support/fake_fit.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

namespace {

void say(std::string_view text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

void sayProgress(long done, long total)
{
    say("{\"event\":\"progress\",\"stage\":\"loading\",\"done\":" + std::to_string(done) +
        ",\"total\":" + std::to_string(total) + ",\"unit\":\"bytes\",\"rate\":0,\"eta_s\":-1}\n");
}

void waitForClosedInput()
{
    while (std::getchar() != EOF) {
    }
}

[[noreturn]] void waitForever()
{
    for (;;)
        std::this_thread::sleep_for(std::chrono::hours(1));
}

void sayFile(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    say(content);
}

std::string scenarioFor(std::string verb)
{
    std::transform(verb.begin(), verb.end(), verb.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    const char *own = std::getenv(("SNUG_FAKE_" + verb).c_str());
    const char *any = std::getenv("SNUG_FAKE");
    return own != nullptr ? own : any != nullptr ? any : "silent";
}

std::string variable(const char *name)
{
    const char *value = std::getenv(name);
    return value == nullptr ? "" : value;
}

int echo(int argc, char **argv)
{
    std::string line = "{\"event\":\"result\",\"key\":\"" + variable("SNUG_API_KEY") + "\",\"hub\":\"" +
                       variable("HF_TOKEN") + variable("HUGGING_FACE_HUB_TOKEN") + variable("HF_TOKEN_PATH") +
                       "\",\"arguments\":[";
    for (int i = 1; i < argc; ++i)
        line += (i > 1 ? ",\"" : "\"") + std::string(argv[i]) + "\"";
    say(line + "]}\n");
    return 0;
}

int answer(std::string_view scenario)
{
    if (scenario == "result") {
        for (long done = 0; done <= 10; ++done)
            sayProgress(done, 10);
        say("{\"event\":\"result\",\"answer\":42}\n");
        return 0;
    }
    if (scenario == "error") {
        say("{\"event\":\"error\",\"kind\":\"corrupt\",\"message\":\"The file is damaged.\","
            "\"detail\":{\"offset\":17,\"path\":\"a.gguf\"},\"hint\":\"Download it again.\"}\n");
        return 1;
    }
    if (scenario == "unended") {
        say("{\"event\":\"result\",\"answer\":42}");
        return 0;
    }
    if (scenario == "flood") {
        for (long done = 1; done <= 200'000; ++done)
            sayProgress(done, 200'000);
        say("{\"event\":\"result\",\"answer\":42}\n");
        return 0;
    }
    if (scenario == "garbage") {
        say("This is not JSON\n");
        waitForever();
    }
    if (scenario == "long") {
        say(std::string(snug::events::kMaxLineBytes + 1, 'x'));
        waitForever();
    }
    return -1;
}

int stay(std::string_view scenario)
{
    if (scenario == "hang") {
        sayProgress(0, 10);
        waitForClosedInput();
        return 130;
    }
    if (scenario == "linger") {
        sayProgress(0, 10);
        waitForClosedInput();
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        return 130;
    }
    if (scenario == "stubborn") {
        sayProgress(0, 10);
        waitForever();
    }
    if (scenario == "deaf") {
        std::signal(SIGTERM, SIG_IGN);
        sayProgress(0, 10);
        waitForever();
    }
    return -1;
}

int die(std::string_view scenario)
{
    if (scenario == "exit") {
        for (int line = 0; line < 2000; ++line)
            std::fprintf(stderr, "line %d of a log that nobody reads to the end\n", line);
        return 3;
    }
    if (scenario == "abort") {
        std::fprintf(stderr, "loading\n/src/ggml/src/ggml.c:12: GGML_ASSERT(n > 0) failed\n");
        std::abort();
    }
    if (scenario == "memory") {
        std::fprintf(stderr, "ggml_vulkan: Device memory allocation failed: ErrorOutOfDeviceMemory\n");
        std::abort();
    }
    if (scenario == "partial") {
        sayProgress(5, 10);
        say("{\"event\":\"prog");
        std::abort();
    }
#if !defined(_WIN32)
    if (scenario == "kill")
        std::raise(SIGKILL);
#endif
    return 0;
}

int serve(const std::string &file)
{
    sayFile(file);
    waitForClosedInput();
    say("{\"event\":\"result\"}\n");
    return 0;
}

int work(int argc, char **argv)
{
    const bool dry = std::any_of(argv, argv + argc,
                                 [](const char *word) { return std::string_view(word) == "--dry-run"; });
    const std::string scenario = scenarioFor(dry ? "plan" : argc > 1 ? argv[1] : "");
    if (scenario == "echo")
        return echo(argc, argv);
    if (scenario.starts_with("print:")) {
        sayFile(scenario.substr(6));
        return 0;
    }
    if (scenario.starts_with("late:")) {
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        sayFile(scenario.substr(5));
        return 0;
    }
    if (scenario.starts_with("until:")) {
        sayFile(scenario.substr(6));
        waitForClosedInput();
        return 130;
    }
    if (scenario.starts_with("serve:"))
        return serve(scenario.substr(6));
    if (scenario.starts_with("models:") && argc > 2) {
        const std::filesystem::path lines = std::filesystem::path(scenario.substr(7)) / argv[2];
        return std::filesystem::exists(lines) ? serve(lines.string()) : die("memory");
    }
    if (scenario.starts_with("follow:"))
        return snug::test::followFit(scenario.substr(7), variable("SNUG_FAKE_LOG"));
    if (const int code = answer(scenario); code >= 0)
        return code;
    if (const int code = stay(scenario); code >= 0)
        return code;
    return die(scenario);
}

// In one piece: others write into the same file.
void note(std::string line, int argc, char **argv)
{
    const std::string path = variable("SNUG_FAKE_LOG");
    if (path.empty())
        return;
    for (int i = 1; i < argc; ++i)
        line += ' ' + std::string(argv[i]);
    std::ofstream(path, std::ios::binary | std::ios::app) << line + '\n';
}

} // namespace

int main(int argc, char **argv)
{
    note("began", argc, argv);
    const int code = work(argc, argv);
    note("ended", argc, argv);
    return code;
}
