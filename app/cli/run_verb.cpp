// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/run_verb.h"

#include "app/cli/cancellation.h"
#include "app/cli/event_writer.h"
#include "core/base/events.h"

#include <cstdlib>
#include <exception>
#include <new>

#if defined(_WIN32)
#include <io.h>
#else
#include <unistd.h>
#endif

namespace snug::cli {
namespace {

using nlohmann::json;

bool isTerminal(std::FILE *file)
{
#if defined(_WIN32)
    return _isatty(_fileno(file)) != 0;
#else
    return isatty(fileno(file)) != 0;
#endif
}

// https://no-color.org: set and not empty.
bool coloursWelcome()
{
    const char *refused = std::getenv("NO_COLOR");
    return refused == nullptr || *refused == '\0';
}

EventWriter::Style styleFor(bool asJson)
{
    const bool terminal = isTerminal(stderr);
    return {asJson, terminal, terminal && coloursWelcome()};
}

int exitCode(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Cancelled:
        return kExitCancelled;
    case ErrorKind::InvalidArgument:
        return kExitUsage;
    default:
        return kExitFailed;
    }
}

VerbContext contextFor(EventWriter &writer, Cancellation &cancellation, bool asJson)
{
    VerbContext context;
    context.paths = defaultPaths();
    context.json = asJson;
    context.terminal = isTerminal(stdout);
    context.progress = [&writer](const Progress &progress) { writer.progress(progress); };
    context.ready = [&writer](const json &server) { writer.event(events::ready(server)); };
    context.event = [&writer](const json &event) { writer.event(event); };
    context.log = [&writer](std::string_view level, std::string_view message) { writer.log(level, message); };
    context.written = [&writer] { return writer.allWritten(); };
    context.stop = cancellation.token();
    context.onInterrupt = [&cancellation](std::function<bool()> handler) {
        cancellation.setInterruptHandler(std::move(handler));
    };
    return context;
}

// The border where exceptions of libraries end.
Result<json> guarded(Verb &verb, const VerbContext &context)
{
    try {
        return verb.run(context);
    } catch (const std::bad_alloc &) {
        return fail(ErrorKind::OutOfMemory, "There is not enough memory for this.", {},
                    "Close other programs, or choose a smaller model or context.");
    } catch (const std::exception &exception) {
        return fail(ErrorKind::Internal, "Something failed that Snug did not expect.",
                    {{"reason", std::string(exception.what())}},
                    "Please report this with the command you ran.");
    } catch (...) {
        return fail(ErrorKind::Internal, "Something failed that Snug did not expect.", {},
                    "Please report this with the command you ran.");
    }
}

Result<void> printed(const Verb &verb, const json &fields, const VerbContext &context)
{
    try {
        verb.print(fields, context);
    } catch (const std::exception &exception) {
        return fail(ErrorKind::Internal, "The answer could not be shown.",
                    {{"reason", std::string(exception.what())}}, "Run the command with --json.");
    }
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        return fail(ErrorKind::Io, "The answer could not be written to stdout.", {},
                    "Check where the output goes.");
    return {};
}

} // namespace

int reportFailure(const Error &error, bool json)
{
    EventWriter writer(styleFor(json), stdout, stderr);
    writer.error(error);
    return exitCode(error.kind);
}

int runVerb(Verb &verb, bool asJson)
{
    Cancellation cancellation(verb.readsStdin() ? Cancellation::Stdin::LeaveToVerb
                                                : Cancellation::Stdin::Watch);
    EventWriter writer(styleFor(asJson), stdout, stderr);
    const VerbContext context = contextFor(writer, cancellation, asJson);
    const Result<json> answer = guarded(verb, context);
    cancellation.setInterruptHandler({});
    if (!answer) {
        writer.error(answer.error());
        return exitCode(answer.error().kind);
    }
    writer.result(*answer);
    if (!asJson) {
        if (const auto shown = printed(verb, *answer, context); !shown) {
            writer.error(shown.error());
            return exitCode(shown.error().kind);
        }
    }
    return writer.allWritten() ? kExitDone : kExitFailed;
}

} // namespace snug::cli
