// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/command_line.h"

#include "app/cli/terminal_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace snug::cli {
namespace {

constexpr std::string_view kAbout =
    "Snug finds, fits, downloads, converts, measures and chats with local language models.";
constexpr std::string_view kFooter =
    "Ctrl+C cancels; so does closing stdin when it is a pipe. Exit codes: 0 done, 1 failed, 2 wrong usage, "
    "130 cancelled.";

// Options after "--" are a verb's plain arguments.
bool asksForJson(const std::vector<std::string> &arguments)
{
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    return std::find(arguments.begin(), end, "--json") != end;
}

WrongUsage wrongUsage(std::string message, const std::string &verb, bool json)
{
    return {{ErrorKind::InvalidArgument,
             std::move(message),
             {},
             verb.empty() ? "Run \"snug-cli --help\" for the verbs."
                          : fmt::format("Run \"snug-cli {} --help\" for its options.", verb)},
            json};
}

// CLI11 reports an unknown verb as a missing one; this says which word it was.
const std::string *unknownVerb(const std::vector<VerbEntry> &verbs, const std::vector<std::string> &arguments)
{
    const auto word = std::find_if(arguments.begin(), arguments.end(),
                                   [](const std::string &argument) { return !argument.starts_with('-'); });
    if (word == arguments.end())
        return nullptr;
    const bool known = std::any_of(verbs.begin(), verbs.end(),
                                   [&word](const VerbEntry &entry) { return entry.name == *word; });
    return known ? nullptr : &*word;
}

void setUp(CLI::App &app, bool &json)
{
    app.get_formatter()->column_width(34);
    app.get_formatter()->label("SUBCOMMAND", "VERB");
    app.get_formatter()->label("REQUIRED", "");
    app.set_help_flag("-h,--help", "Show this and exit");
    app.add_flag("--json", json, "One JSON object a line on stdout");
}

void addVerbs(CLI::App &app, const std::vector<VerbEntry> &verbs, bool &json)
{
    for (const VerbEntry &entry : verbs) {
        CLI::App *verb = app.add_subcommand(entry.name, entry.summary);
        setUp(*verb, json);
        verb->group(entry.visibility == Visibility::Internal ? "" : "Verbs");
        entry.verb->define(*verb);
    }
}

// The verb that was named, for its own help and hints; null before one was.
const CLI::App *namedVerb(const CLI::App &app)
{
    const auto named = app.get_subcommands();
    return named.empty() ? nullptr : named.front();
}

std::string sentence(std::string text)
{
    text = terminalLine(text);
    while (!text.empty() && (text.back() == ' ' || text.back() == '.'))
        text.pop_back();
    return text + ".";
}

} // namespace

Request parseCommandLine(const std::vector<VerbEntry> &verbs, std::vector<std::string> arguments)
{
    const bool jsonAsked = asksForJson(arguments);
    if (const std::string *word = unknownVerb(verbs, arguments))
        return wrongUsage(fmt::format("There is no verb \"{}\".", terminalLine(*word)), {}, jsonAsked);

    bool json = false;
    CLI::App app(std::string(kAbout), "snug-cli");
    setUp(app, json);
    app.set_version_flag("--version", "snug-cli " SNUG_VERSION, "Show the version and exit");
    app.footer(std::string(kFooter));
    addVerbs(app, verbs, json);
    try {
        std::reverse(arguments.begin(), arguments.end()); // CLI11 takes them from the back
        app.parse(std::move(arguments));
    } catch (const CLI::CallForHelp &) {
        const CLI::App *verb = namedVerb(app);
        return ShowText{verb == nullptr ? app.help() : verb->help("snug-cli")};
    } catch (const CLI::CallForVersion &version) {
        return ShowText{std::string(version.what()) + "\n"};
    } catch (const CLI::ParseError &error) {
        const CLI::App *verb = namedVerb(app);
        return wrongUsage(sentence(error.what()), verb == nullptr ? std::string() : verb->get_name(),
                          jsonAsked);
    }
    const CLI::App *named = namedVerb(app);
    if (named == nullptr)
        return wrongUsage("A verb is missing.", {}, jsonAsked);
    const auto entry = std::find_if(verbs.begin(), verbs.end(), [named](const VerbEntry &candidate) {
        return candidate.name == named->get_name();
    });
    return RunVerb{entry->verb.get(), json};
}

} // namespace snug::cli
