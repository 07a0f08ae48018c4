// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/probe_tokenizer.h"

#include "backends/llama/dry_folder.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/tokenizer_check.h"
#include "core/base/atomic_file.h"
#include "core/base/child_process.h"
#include "core/base/events.h"
#include "core/base/paths.h"
#include "core/hub/json.h"

#include <fmt/format.h>

#include <chrono>
#include <string_view>
#include <utility>

namespace snug::cli {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

#if defined(_WIN32)
constexpr const char *kOwnName = "snug-cli.exe";
#else
constexpr const char *kOwnName = "snug-cli";
#endif

constexpr std::int64_t kMostTextBytes = std::int64_t{1} << 20;

std::string lastLine(std::string_view text)
{
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.remove_suffix(1);
    return std::string(text.substr(text.rfind('\n') + 1));
}

tl::unexpected<Error> unusable(std::string log)
{
    return fail(ErrorKind::Unsupported,
                "The engine cannot work with the model's tokenizer, so that a file of the model could not be "
                "loaded.",
                {{"reason", std::string("engine_tokenizer")}, {"log", std::move(log)}},
                "Check that the tokenizer's files belong to the model, choose another pre-tokenizer with "
                "--pre, or look for a GGUF file that somebody "
                "else has made.");
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

// Of the keys those that the engine reads a vocabulary from: all but what tells about the file.
gguf::Header vocabularyOf(const std::vector<gguf::KeyValue> &keys)
{
    gguf::Header draft;
    for (const gguf::KeyValue &pair : keys) {
        if (!pair.key.starts_with("general.") || pair.key == "general.architecture")
            draft.values.push_back(pair);
    }
    return draft;
}

} // namespace

void ProbeTokenizerVerb::define(CLI::App &app)
{
    app.add_option("file", m_file, "A GGUF file with a vocabulary")->required();
    app.add_option("texts", m_texts, "A file with a JSON array of texts")->required();
}

Result<json> ProbeTokenizerVerb::run(const VerbContext &)
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
    return json{{"encodings", std::move(list)}};
}

void ProbeTokenizerVerb::print(const json &result, const VerbContext &) const
{
    for (const json &encoding : result["encodings"])
        fmt::print("{}\n", encoding.dump());
}

Result<std::vector<std::string>> checkTokenizer(const convert::Tokenizer &tokenizer,
                                                const std::vector<gguf::KeyValue> &keys,
                                                const std::stop_token &stop)
{
    json texts = json::array();
    for (const convert::SampleEncoding &sample : tokenizer.samples)
        texts.push_back({{"text", sample.text}, {"special", sample.special}});
    SNUG_TRY(const llama::DryFolder folder, llama::DryFolder::make());
    SNUG_TRY(const fs::path vocabulary, folder.write("vocabulary", vocabularyOf(keys)));
    const fs::path list = folder.path() / "texts.json";
    SNUG_CHECK(writeFileAtomically(list, texts.dump(-1, ' ', false, json::error_handler_t::replace)));

    ChildRequest request;
    request.program = executableFolder() / kOwnName;
    request.arguments = {"probe-tokenizer", "--json", toUtf8(vocabulary), toUtf8(list)};
    request.timeout = std::chrono::seconds(30);
    SNUG_TRY(const ChildReport child, runChild(request, stop));
    const auto event = events::parseLine(lastLine(child.output));
    if (!event || child.timedOut || child.signal != 0)
        return unusable(child.errors);
    if (event->value("event", "") == "error") {
        Error error = events::parseError(*event);
        return error.kind == ErrorKind::OutOfMemory ? tl::make_unexpected(std::move(error))
                                                    : unusable(error.message + "\n" + child.errors);
    }
    SNUG_TRY(const auto encodings, parse(*event, tokenizer.samples.size()));
    return convert::disagreements(tokenizer.samples, encodings, tokenizer.preTokenizerPublished);
}

} // namespace snug::cli
