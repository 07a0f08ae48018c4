// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/template_report.h"

#include <utility>

namespace snug::chat {
namespace {

using nlohmann::json;

std::optional<std::string> textOf(const json &object, const char *name)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string())
        return std::nullopt;
    return found->get<std::string>();
}

std::optional<TemplateSource> sourceFromName(std::string_view name)
{
    for (const TemplateSource source :
         {TemplateSource::Model, TemplateSource::Given, TemplateSource::Fallback}) {
        if (sourceName(source) == name)
            return source;
    }
    return std::nullopt;
}

std::optional<TemplateFinding> findingOf(const json &said)
{
    if (!said.is_object())
        return std::nullopt;
    auto id = textOf(said, "id");
    auto message = textOf(said, "message");
    if (!id || !message)
        return std::nullopt;
    return TemplateFinding{*std::move(id), *std::move(message), textOf(said, "hint").value_or("")};
}

} // namespace

std::string_view sourceName(TemplateSource source)
{
    switch (source) {
    case TemplateSource::Model:
        return "model";
    case TemplateSource::Given:
        return "given";
    case TemplateSource::Fallback:
        return "fallback";
    }
    return "model";
}

json toJson(const TemplateReport &report)
{
    json findings = json::array();
    for (const TemplateFinding &finding : report.findings)
        findings.push_back({{"id", finding.id}, {"message", finding.message}, {"hint", finding.hint}});
    return {{"source", sourceName(report.source)}, {"findings", std::move(findings)}};
}

std::optional<TemplateReport> parseTemplateReport(const json &said)
{
    if (!said.is_object())
        return std::nullopt;
    const auto source = sourceFromName(textOf(said, "source").value_or(""));
    const auto findings = said.find("findings");
    if (!source || findings == said.end() || !findings->is_array())
        return std::nullopt;
    TemplateReport report{*source, {}};
    for (const json &one : *findings) {
        auto finding = findingOf(one);
        if (!finding)
            return std::nullopt;
        report.findings.push_back(*std::move(finding));
    }
    return report;
}

} // namespace snug::chat
