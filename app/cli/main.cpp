// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/bench.h"
#include "app/cli/chat.h"
#include "app/cli/command_line.h"
#include "app/cli/convert.h"
#include "app/cli/devices.h"
#include "app/cli/files.h"
#include "app/cli/fit.h"
#include "app/cli/import.h"
#include "app/cli/inspect.h"
#include "app/cli/list.h"
#include "app/cli/probe_model.h"
#include "app/cli/probe_plugin.h"
#include "app/cli/probe_projector.h"
#include "app/cli/probe_template.h"
#include "app/cli/probe_worker.h"
#include "app/cli/pull.h"
#include "app/cli/remove.h"
#include "app/cli/run_verb.h"
#include "app/cli/search.h"
#include "app/cli/serve.h"
#include "app/cli/verify.h"
#include "app/cli/worker.h"

#include <cstdio>
#include <new>

#if defined(_WIN32)
#include <fcntl.h>
#include <io.h>
#include <shellapi.h>
#include <windows.h>
#endif

namespace {

using namespace snug;
using namespace snug::cli;

std::vector<VerbEntry> makeVerbs()
{
    std::vector<VerbEntry> verbs;
    verbs.push_back(
        {"devices", "List every device and why a plugin has none", std::make_unique<DevicesVerb>()});
    verbs.push_back({"inspect", "Tell what is in a model file", std::make_unique<InspectVerb>()});
    verbs.push_back({"fit", "Tell what a model takes on each device", std::make_unique<FitVerb>()});
    verbs.push_back({"bench", "Measure how fast a model or a device is", std::make_unique<BenchVerb>()});
    verbs.push_back({"convert", "Make a GGUF file of a model", std::make_unique<ConvertVerb>()});
    verbs.push_back({"chat", "Talk with a model in the terminal", std::make_unique<ChatVerb>()});
    verbs.push_back({"serve", "Serve a model on loopback, OpenAI-compatible", std::make_unique<ServeVerb>()});
    verbs.push_back({"worker", "Lend this machine's devices to another one", std::make_unique<WorkerVerb>()});
    verbs.push_back({"pull", "Download a level of a model", std::make_unique<PullVerb>()});
    verbs.push_back({"search", "Search models on the Hub", std::make_unique<SearchVerb>()});
    verbs.push_back({"files", "Tell what a repository of the Hub holds", std::make_unique<FilesVerb>()});
    verbs.push_back({"list", "List the models on this computer", std::make_unique<ListVerb>()});
    verbs.push_back(
        {"import", "Bring a model from elsewhere into Snug's folder", std::make_unique<ImportVerb>()});
    verbs.push_back(
        {"verify", "Compare files with the hashes they should have", std::make_unique<VerifyVerb>()});
    verbs.push_back(
        {"remove", "Remove files, after telling what that frees", std::make_unique<RemoveVerb>()});
    verbs.push_back({"probe-plugin", "", std::make_unique<ProbePluginVerb>(), Visibility::Internal});
    verbs.push_back({"probe-projector", "", std::make_unique<ProbeProjectorVerb>(), Visibility::Internal});
    verbs.push_back({"probe-worker", "", std::make_unique<ProbeWorkerVerb>(), Visibility::Internal});
    verbs.push_back({"lend", "", std::make_unique<LendVerb>(), Visibility::Internal});
    verbs.push_back({"probe-template", "", std::make_unique<ProbeTemplateVerb>(), Visibility::Internal});
    verbs.push_back({"probe-model", "", std::make_unique<ProbeModelVerb>(), Visibility::Internal});
    return verbs;
}

#if defined(_WIN32)
std::vector<std::string> utf8Arguments(int, char **)
{
    _setmode(_fileno(stdout), _O_BINARY);
    SetConsoleOutputCP(CP_UTF8);
    int count = 0;
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), &count);
    std::vector<std::string> arguments;
    for (int i = 1; i < count; ++i)
        arguments.push_back(toUtf8(wide[i]));
    LocalFree(wide);
    return arguments;
}
#else
std::vector<std::string> utf8Arguments(int count, char **values)
{
    return count < 1 ? std::vector<std::string>() : std::vector<std::string>(values + 1, values + count);
}
#endif

int execute(const Request &request)
{
    if (const auto *text = std::get_if<ShowText>(&request))
        return std::fputs(text->text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0 ? kExitDone
                                                                                       : kExitFailed;
    if (const auto *wrong = std::get_if<WrongUsage>(&request))
        return reportFailure(wrong->error, wrong->json);
    const auto &run = std::get<RunVerb>(request);
    return runVerb(*run.verb, run.json);
}

} // namespace

int main(int count, char **values)
{
    try {
        const std::vector<VerbEntry> verbs = makeVerbs();
        return execute(parseCommandLine(verbs, utf8Arguments(count, values)));
    } catch (const std::bad_alloc &) {
        std::fputs("snug-cli: There is not enough memory to start.\n", stderr);
    } catch (const std::exception &exception) {
        std::fprintf(stderr, "snug-cli: %s\n", exception.what());
    }
    return kExitFailed;
}
