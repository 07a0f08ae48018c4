// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/probe_model.h"

#include "app/cli/own_program.h"
#include "backends/llama/dry_folder.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/tensor_check.h"
#include "backends/llama/tokenizer_check.h"
#include "core/base/atomic_file.h"
#include "core/base/child_process.h"
#include "core/base/events.h"
#include "core/base/paths.h"
#include "core/hub/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <sstream>
#include <utility>

namespace snug::cli {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::int64_t kMostTextBytes = std::int64_t{1} << 20;

// What the child said, line by line.
std::vector<json> eventsIn(const std::string &output)
{
    std::vector<json> all;
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
        if (auto event = events::parseLine(line))
            all.push_back(*std::move(event));
    }
    return all;
}

tl::unexpected<Error> tokenizerRefused(std::string log)
{
    return fail(ErrorKind::Unsupported,
                "The engine cannot work with the model's tokenizer, so that a file of the model could not be "
                "loaded.",
                {{"reason", std::string("engine_tokenizer")}, {"log", std::move(log)}},
                "Check that the tokenizer's files belong to the model, choose another pre-tokenizer with "
                "--pre, or look for a GGUF file that somebody else has made.");
}

// `cause`: the engine's words; empty: it ended the process.
tl::unexpected<Error> modelRefused(const std::string &cause, std::string log)
{
    return fail(ErrorKind::Corrupt,
                cause.empty()
                    ? std::string("The engine could not load a file of this model: what config.json "
                                  "says does not fit together.")
                    : fmt::format("The engine could not load a file of this model: {}.", cause),
                {{"reason", std::string("engine_model")}, {"log", std::move(log)}},
                "Check that config.json belongs to these weights and that all of them are there.");
}

// The texts' encodings; an entry that is no list of numbers counts as given up.
Result<std::vector<convert::EngineEncoding>> parse(const json &result, std::size_t count)
{
    const json list = result.value("encodings", json::array());
    if (!list.is_array() || list.size() != count)
        return fail(ErrorKind::Protocol, "The check of the tokenizer gave no answer.");
    std::vector<convert::EngineEncoding> encodings(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (!list[i].is_object() || !list[i].contains("ids"))
            continue;
        std::vector<std::int64_t> ids;
        for (const json &id : list[i]["ids"]) {
            if (id.is_number_integer())
                ids.push_back(id.get<std::int64_t>());
        }
        const auto restored = list[i].find("restored");
        encodings[i] = {std::move(ids), restored != list[i].end() && *restored == true};
    }
    return encodings;
}

// The engine's own words, as loadFailure() has them.
std::string causeIn(const Error &error)
{
    const auto found = std::find_if(error.detail.begin(), error.detail.end(),
                                    [](const auto &entry) { return entry.first == "reason"; });
    const auto *text = found != error.detail.end() ? std::get_if<std::string>(&found->second) : nullptr;
    return text != nullptr ? *text : error.message;
}

// What the engine reads of it: all but what tells about the file.
gguf::Header readPartOf(const gguf::Header &planned)
{
    gguf::Header draft;
    draft.tensors = planned.tensors;
    for (const gguf::KeyValue &pair : planned.values) {
        if (!pair.key.starts_with("general.") || pair.key == "general.architecture")
            draft.values.push_back(pair);
    }
    return draft;
}

} // namespace

void ProbeModelVerb::define(CLI::App &app)
{
    app.add_option("file", m_file, "A GGUF file with a vocabulary")->required();
    app.add_option("texts", m_texts, "A file with a JSON array of texts")->required();
}

Result<json> ProbeModelVerb::run(const VerbContext &context)
{
    llama::installEngineLog(llama::EngineNoise::Errors);
    SNUG_TRY(const std::string said, readSmallFile(fromUtf8(m_texts), kMostTextBytes));
    const json texts = json::parse(said, nullptr, false);
    std::vector<convert::SampleEncoding> samples;
    for (const json &text : texts.is_array() ? texts : json::array())
        samples.push_back(
            {hub::textOf(text, "text", kMostTextBytes).value_or(""), hub::flagOf(text, "special"), {}});
    SNUG_TRY(const auto encodings, llama::encodeByEngine(fromUtf8(m_file), samples));
    json list = json::array();
    for (const convert::EngineEncoding &encoding : encodings)
        list.push_back(encoding.ids ? json{{"ids", *encoding.ids}, {"restored", encoding.restored}} : json());
    context.event({{"event", "encodings"}, {"encodings", std::move(list)}});
    SNUG_CHECK(llama::checkTensors(fromUtf8(m_file)));
    return json::object();
}

void ProbeModelVerb::print(const json &, const VerbContext &) const {}

Result<std::vector<std::string>> checkModel(const convert::Tokenizer &tokenizer, const gguf::Header &planned,
                                            const std::stop_token &stop)
{
    json texts = json::array();
    for (const convert::SampleEncoding &sample : tokenizer.samples)
        texts.push_back({{"text", sample.text}, {"special", sample.special}});
    SNUG_TRY(const llama::DryFolder folder, llama::DryFolder::make());
    SNUG_TRY(const fs::path model, folder.write("model", readPartOf(planned)));
    const fs::path list = folder.path() / "texts.json";
    SNUG_CHECK(writeFileAtomically(list, texts.dump(-1, ' ', false, json::error_handler_t::replace)));

    ChildRequest request;
    request.program = ownProgram();
    request.arguments = {"probe-model", "--json", toUtf8(model), toUtf8(list)};
    request.timeout = std::chrono::seconds(30);
    SNUG_TRY(const ChildReport child, runChild(request, stop));
    if (child.timedOut)
        return std::vector<std::string>{"The engine took too long to check the tokenizer and the tensors, so "
                                        "that they are not compared with what it expects."};
#if !defined(_WIN32)
    if (child.signal == SIGKILL) // the system's, when memory is short
        return fail(ErrorKind::OutOfMemory, "There is not enough memory to check the model.", {},
                    "Close other programs, then try again.");
#endif
    const std::vector<json> said = eventsIn(child.output);
    const std::string last = said.empty() ? "" : said.back().value("event", "");
    const bool hasEncodings = !said.empty() && said.front().value("event", "") == "encodings";
    if (last == "error") {
        Error error = events::parseError(said.back());
        if (error.kind == ErrorKind::OutOfMemory)
            return tl::make_unexpected(std::move(error));
        const std::string log = error.message + "\n" + child.errors;
        return hasEncodings ? modelRefused(causeIn(error), log) : tokenizerRefused(log);
    }
    if (last != "result")
        return hasEncodings ? modelRefused({}, child.errors) : tokenizerRefused(child.errors);
    SNUG_TRY(const auto encodings, parse(said.front(), tokenizer.samples.size()));
    return convert::disagreements(tokenizer.samples, encodings, tokenizer.preTokenizerPublished);
}

} // namespace snug::cli
