// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/probe_template.h"

#include "app/cli/base_template.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/header_copy.h"
#include "backends/llama/template_check.h"
#include "core/base/atomic_file.h"
#include "core/base/child_process.h"
#include "core/base/events.h"
#include "core/base/paths.h"
#include "core/gguf/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#if !defined(_WIN32)
#include <sys/resource.h>
#endif

namespace snug::cli {
namespace {

using nlohmann::json;

#if defined(_WIN32)
constexpr const char *kOwnName = "snug-cli.exe";
#else
constexpr const char *kOwnName = "snug-cli";
#endif

constexpr std::string_view kChatMl = "chatml"; // the engine's own name for it
constexpr std::int64_t kMostTemplateBytes = std::int64_t{1} << 20;
constexpr std::chrono::seconds kPatience(20);

// A vocabulary takes a tenth of it.
void limitMemory()
{
#if !defined(_WIN32)
    constexpr rlim_t kMostBytes = rlim_t{1} << 30;
    rlimit limit{};
    if (getrlimit(RLIMIT_DATA, &limit) != 0)
        return;
    limit.rlim_cur = std::min(limit.rlim_max, kMostBytes);
    setrlimit(RLIMIT_DATA, &limit);
#endif
}

Result<std::string> readTemplate(const std::string &wanted)
{
    if (wanted.empty() || wanted == kChatMl)
        return wanted;
    SNUG_TRY(std::string text, readSmallFile(fromUtf8(wanted), kMostTemplateBytes));
    if (text.empty() || !gguf::isUtf8(text))
        return fail(ErrorKind::Corrupt,
                    text.empty() ? "The file of the chat template is empty."
                                 : "The file of the chat template is no text in UTF-8.",
                    {{"reason", std::string("template")}, {"path", wanted}},
                    "A chat template is a Jinja text, as a model's chat_template.jinja has it.");
    return text;
}

// The model's own has ChatML stand in; one that was asked for is an error.
Result<ChosenTemplate> noUse(const std::string &wanted, const std::string &why)
{
    if (!wanted.empty())
        return llama::refusedTemplate(why);
    return ChosenTemplate{std::string(kChatMl),
                          {chat::TemplateSource::Fallback, {llama::unusableTemplate(why)}}};
}

bool isAboutTemplate(const Error &error)
{
    return std::any_of(error.detail.begin(), error.detail.end(), [](const auto &entry) {
        return entry.first == "reason" && entry.second == Error::Value(std::string("template"));
    });
}

} // namespace

void ProbeTemplateVerb::define(CLI::App &app)
{
    app.add_option("model", m_model, "A GGUF file")->required();
    app.add_option("--chat-template", m_template, "A file, or chatml");
}

Result<json> ProbeTemplateVerb::run(const VerbContext &)
{
    limitMemory();
    llama::installEngineLog(llama::EngineNoise::Errors);
    SNUG_TRY(const std::string given, readTemplate(m_template));
    SNUG_TRY(const auto copy, llama::HeaderCopy::make(fromUtf8(m_model)));
    SNUG_TRY(const auto report, llama::checkTemplate({copy.path(), given}));
    return toJson(report);
}

void ProbeTemplateVerb::print(const json &result, const VerbContext &) const
{
    fmt::print("{}\n", result.dump());
}

Result<ChosenTemplate> chooseTemplate(const std::filesystem::path &model, const std::string &wanted,
                                      const std::stop_token &stop)
{
    SNUG_TRY(std::string text, readTemplate(wanted));
    ChildRequest request;
    request.program = executableFolder() / kOwnName;
    request.arguments = {"probe-template", "--json", toUtf8(model)};
    if (!wanted.empty())
        request.arguments.insert(request.arguments.end(), {"--chat-template", wanted});
    request.timeout = kPatience;
    SNUG_TRY(const ChildReport child, runChild(request, stop));
    if (child.timedOut)
        return noUse(wanted, fmt::format("it came to no end within {} seconds", kPatience.count()));
    const auto event = events::parseLastLine(child.output);
    if (!event)
        return noUse(wanted, "it ended the engine");
    if (event->value("event", "") == "error") {
        Error error = events::parseError(*event);
        if (isAboutTemplate(error))
            return tl::make_unexpected(std::move(error));
        // Whatever is wrong with the model, who loads it says better.
        return ChosenTemplate{std::move(text), {}, false};
    }
    auto report = chat::parseTemplateReport(*event);
    if (!report)
        return fail(ErrorKind::Protocol, "The check of the chat template gave no answer.");
    if (report->source == chat::TemplateSource::Fallback)
        text = kChatMl;
    if (report->source == chat::TemplateSource::Model) {
        if (auto finding = differsFromBase(model))
            report->findings.push_back(*std::move(finding));
    }
    return ChosenTemplate{std::move(text), *std::move(report)};
}

} // namespace snug::cli
