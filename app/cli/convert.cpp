// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/convert.h"

#include "app/cli/convert_open.h"
#include "app/cli/made_record.h"
#include "app/cli/probe_model.h"
#include "app/cli/process_cost.h"
#include "backends/llama/ggml_row_encoder.h"
#include "backends/llama/probe.h"
#include "core/base/atomic_file.h"
#include "core/base/background_priority.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/download/disk_space.h"
#include "core/download/sha256.h"
#include "core/gguf/random_reader.h"
#include "core/quant/simd/simd_row_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <span>
#include <thread>
#include <utility>

namespace snug::cli {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr auto kTensorEventEvery = std::chrono::milliseconds(100);
// Of one thread: the numbers of a chunk, its bytes and what reading them needs.
constexpr std::int64_t kBytesPerThread = std::int64_t{1} << 20;

json fileJson(const fs::path &path, std::int64_t bytes)
{
    return {{"path", toUtf8(path)}, {"bytes", bytes}};
}

void addProvenance(PlannedConversion &planned)
{
    setKey(planned.draft.values, "general.quantized_by", gguf::Value(fmt::format("Snug {}", SNUG_VERSION)));
    const json &origin = planned.source->origin();
    if (origin.contains("repository")) {
        setKey(planned.draft.values, "general.source.huggingface.repository",
               gguf::Value(origin["repository"].get<std::string>()));
        setKey(planned.draft.values, "general.source.huggingface.commit",
               gguf::Value(origin["commit"].get<std::string>()));
    }
}

} // namespace

void ConvertVerb::define(CLI::App &app)
{
    m_options.define(app);
}

Result<void> ConvertVerb::readImportance()
{
    if (m_options.imatrixFile.empty())
        return {};
    SNUG_TRY(const auto file, gguf::FileReader::open(fromUtf8(m_options.imatrixFile)));
    SNUG_TRY(m_imatrix, quant::readImatrix(*file));
    return {};
}

// Of the numbers and of what they belong to; empty without a matrix.
Result<std::string> ConvertVerb::importanceHash() const
{
    if (!m_imatrix)
        return std::string();
    SNUG_TRY(download::Digest digest, download::Digest::start(download::HashKind::Sha256, 0));
    for (const auto &[name, numbers] : m_imatrix->importance) {
        digest.update(std::as_bytes(std::span(name)));
        digest.update(std::as_bytes(std::span(numbers)));
    }
    return digest.finish();
}

Result<PlannedConversion> ConvertVerb::plan(const VerbContext &context)
{
    SNUG_CHECK(readImportance());
    SNUG_TRY(const LevelChoice wanted, m_options.choice());
    PlannedConversion planned;
    SNUG_TRY(planned.source, openSource(m_options, context));
    SNUG_TRY(planned.draft, planned.source->draft(wanted));
    if (m_imatrix) {
        for (const gguf::Tensor &tensor : planned.draft.tensors) {
            SNUG_TRY(const auto importance, m_imatrix->of(tensor));
            if (importance.empty())
                m_imatrix->importance.erase(tensor.name);
        }
        for (gguf::KeyValue &pair : m_imatrix->keys(m_options.imatrixFile))
            setKey(planned.draft.values, std::move(pair.key), std::move(pair.value));
    }
    addProvenance(planned);
    convert::OutputRequest request;
    request.path = fromUtf8(m_options.output);
    request.keys = planned.draft.values;
    request.tensors = planned.draft.tensors;
    request.splitBytes = static_cast<std::int64_t>(m_options.splitBytes);
    SNUG_TRY(const std::string importance, importanceHash());
    request.source = planned.source->origin().dump() + importance + llama::engineVersion();
    SNUG_TRY(planned.output, convert::planOutput(std::move(request)));
    return planned;
}

std::int64_t ConvertVerb::memoryBytes() const
{
    return peakOwnBytes() +
           m_options.threads * kBytesPerThread; // a job plans first, as this program just did
}

json ConvertVerb::planJson(const PlannedConversion &planned) const
{
    json parts = json::array();
    for (const convert::OutputFile &file : planned.output.files)
        parts.push_back(fileJson(file.path, file.header.header.fileBytes));
    const auto volume = download::volumeOf(planned.output.files.front().path);
    const convert::Tokenizer *tokenizer = planned.source->tokenizer();
    const auto text = [&planned](const char *key) -> json {
        const gguf::Value *value = planned.draft.find(key);
        return value != nullptr && value->text() != nullptr ? json(*value->text()) : json();
    };
    return {{"source", m_options.source},
            {"name", planned.source->name()},
            {"architecture", text("general.architecture")},
            {"level", m_options.level},
            {"tensors", planned.draft.tensors.size()},
            {"file_bytes", planned.output.bytes},
            {"parts", std::move(parts)},
            {"memory_bytes", memoryBytes()},
            {"disk_free_bytes", volume ? json(volume->freeBytes) : json()},
            {"resumed_bytes", convert::resumableBytes(planned.output)},
            {"pre_tokenizer", text("tokenizer.ggml.pre")},
            {"has_chat_template", planned.draft.find("tokenizer.chat_template") != nullptr},
            {"pre_tokenizer_choices", tokenizer ? json(tokenizer->preTokenizerChoices) : json::array()},
            {"warnings", planned.source->warnings()}};
}

Result<void> ConvertVerb::writeSidecar(const PlannedConversion &planned,
                                       const std::vector<convert::WrittenFile> &files) const
{
    json made = json::array();
    for (const convert::WrittenFile &file : files)
        made.push_back(
            {{"path", toUtf8(file.path.filename())}, {"bytes", file.bytes}, {"sha256", file.sha256}});
    const json sidecar = {{"schema", 1},
                          {"made_by", fmt::format("Snug {}", SNUG_VERSION)},
                          {"engine", llama::engineVersion()},
                          {"source", planned.source->origin()},
                          {"recipe", m_options.recipe()},
                          {"files", std::move(made)}};
    fs::path path = files.front().path;
    path += ".snug.json";
    return writeFileAtomically(path, sidecar.dump(2) + "\n");
}

namespace {

// A failure tells how much of the file is kept.
Result<convert::WrittenModel> written(Result<convert::WrittenModel> model, const PlannedConversion &planned)
{
    if (!model)
        model.error().detail.emplace_back("resumable_bytes", convert::resumableBytes(planned.output));
    return model;
}

} // namespace

// For the weights that are still to come and for the result together: what would be written last would
// otherwise find the disk full after everything else.
Result<void> ConvertVerb::checkRoom(const PlannedConversion &planned) const
{
    SNUG_TRY(std::vector<download::PlannedFile> files, planned.source->filesToCome());
    if (files.empty())
        return {}; // the result alone is looked after by who writes it
    for (const convert::OutputFile &file : planned.output.files)
        files.push_back({convert::partPathOf(file.path), file.path, file.header.header.fileBytes});
    auto room = download::checkSpace(files);
    if (!room && room.error().kind == ErrorKind::NoSpace)
        room.error().message +=
            " That is for the weights that have to be downloaded and the result together.";
    return room;
}

Result<json> ConvertVerb::write(PlannedConversion &planned, const VerbContext &context)
{
    const auto begin = std::chrono::steady_clock::now();
    takeBackgroundPriority(); // not before: somebody waits for a plan
    SNUG_CHECK(checkRoom(planned));
    SNUG_TRY(const auto data, planned.source->open(planned.draft));
    const llama::GgmlRowEncoder reference;
    const quant::simd::SimdRowEncoder encoder(reference);
    convert::WriteOptions options;
    options.threads = m_options.threads;
    options.progress = context.progress;
    if (m_imatrix)
        options.importance = [this](std::string_view tensor) {
            const auto found = m_imatrix->importance.find(tensor);
            return found == m_imatrix->importance.end() ? std::span<const float>()
                                                        : std::span<const float>(found->second);
        };
    auto told = begin - kTensorEventEvery;
    options.onTensor = [&](std::size_t index) {
        const auto now = std::chrono::steady_clock::now();
        if (now - told < kTensorEventEvery)
            return;
        told = now;
        const gguf::Tensor &tensor = planned.output.tensor(index);
        context.event({{"event", "tensor"},
                       {"index", index},
                       {"count", planned.output.tensors.size()},
                       {"name", tensor.name},
                       {"type", gguf::tensorTypeName(tensor.type)}});
    };
    SNUG_TRY(const convert::WrittenModel model,
             written(convert::writeModel(planned.output, *data, encoder, options, context.stop), planned));
    if (const auto beside = writeSidecar(planned, model.files); !beside)
        context.log("warning", beside.error().message);
    recordMade(model.files, planned.source->origin(), m_options.recipe(), context);
    json paths = json::array();
    for (const convert::WrittenFile &file : model.files)
        paths.push_back(toUtf8(file.path));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    return json{{"path", paths.front()},
                {"paths", paths},
                {"bytes", planned.output.bytes},
                {"sha256", model.files.front().sha256},
                {"level", m_options.level},
                {"tensors", planned.output.tensors.size()},
                {"seconds", seconds.count()},
                {"cpu_seconds", processorSeconds()},
                {"peak_bytes", peakBytes()},
                {"resumed_bytes", model.resumedBytes},
                {"warnings", planned.source->warnings()}};
}

Result<json> ConvertVerb::run(const VerbContext &context)
{
    if (m_options.threads == 0)
        m_options.threads = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 512U));
    context.progress({"resolving", 0, -1, Unit::Items});
    SNUG_TRY(PlannedConversion planned, plan(context));
    if (const convert::Tokenizer *tokenizer = planned.source->tokenizer(); tokenizer && !m_options.discard) {
        SNUG_TRY(const auto found, checkModel(*tokenizer, planned.draft, context.stop));
        planned.source->warn(found);
    }
    json told = planJson(planned);
    if (m_options.discard) {
        SNUG_CHECK(convert::discardUnfinished(planned.output));
        return json{{"discarded", told["resumed_bytes"] > 0}};
    }
    if (m_options.dryRun) {
        json tensors = json::array();
        for (const gguf::Tensor &tensor : planned.draft.tensors)
            tensors.push_back({{"name", tensor.name},
                               {"shape", tensor.dims},
                               {"type", gguf::tensorTypeName(tensor.type)},
                               {"bytes", gguf::tensorBytes(tensor.type, tensor.dims).value_or(0)}});
        told["tensor_types"] = std::move(tensors);
        return told;
    }
    told["event"] = "plan";
    context.event(std::move(told));
    return write(planned, context);
}

void ConvertVerb::print(const json &result, const VerbContext &) const
{
    if (result.contains("discarded")) {
        fmt::print("{}\n", result["discarded"].get<bool>() ? "What was left of it is gone."
                                                           : "There was nothing left of it.");
        return;
    }
    for (const auto &warning : result["warnings"])
        fmt::print("Note: {}\n", warning.get<std::string>());
    if (result.contains("tensor_types")) {
        for (const auto &tensor : result["tensor_types"])
            fmt::print("{:8} {:>12}  {}\n", tensor["type"].get<std::string>(),
                       formatBytes(tensor["bytes"].get<std::int64_t>()), tensor["name"].get<std::string>());
        fmt::print("{}: {} tensors, {}\n", m_options.level, result["tensors"].get<std::int64_t>(),
                   formatBytes(result["file_bytes"].get<std::int64_t>()));
        return;
    }
    fmt::print("{}\n{}, {}, {:.1f} s\nsha256 {}\n", result["path"].get<std::string>(), m_options.level,
               formatBytes(result["bytes"].get<std::int64_t>()), result["seconds"].get<double>(),
               result["sha256"].get<std::string>());
}

} // namespace snug::cli
