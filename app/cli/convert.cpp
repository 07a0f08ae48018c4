// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/convert.h"

#include "app/cli/adapter_base.h"
#include "app/cli/convert_adapter.h"
#include "app/cli/hub_access.h"
#include "app/cli/probe_tokenizer.h"
#include "app/cli/pull_files.h"
#include "app/cli/pull_plan.h"
#include "app/cli/pull_record.h"
#include "app/cli/unfinished.h"
#include "backends/llama/ggml_row_encoder.h"
#include "backends/llama/probe.h"
#include "core/base/atomic_file.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/convert/adapter/adapter.h"
#include "core/convert/tokenizer/pre_tokenizer.h"
#include "core/download/disk_space.h"
#include "core/hub/checkpoints.h"
#include "core/library/hub_cache.h"
#include "core/quant/type_kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>

#if !defined(_WIN32)
#include <sys/resource.h>
#endif

namespace snug::cli {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr auto kTensorEventEvery = std::chrono::milliseconds(100);
// Of one thread: the numbers of a chunk, its bytes and what reading them needs.
constexpr std::int64_t kBytesPerThread = std::int64_t{2} << 20;

tl::unexpected<Error> unknownName(std::string_view what, const std::string &name, std::string hint)
{
    return fail(ErrorKind::InvalidArgument, fmt::format("There is no {} {}.", what, name), {{"name", name}},
                std::move(hint));
}

Result<gguf::TensorType> typeNamed(const std::string &name)
{
    if (const auto type = quant::encodableType(name))
        return *type;
    return unknownName("tensor type", name, "For example Q8_0, Q4_K or F16.");
}

// All threads of the program since it began.
double processorSeconds()
{
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

// The most that was resident, mapped files included; 0 where the system does not tell.
std::int64_t peakBytes()
{
#if defined(_WIN32)
    return 0;
#else
    struct rusage usage = {};
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return 0;
#if defined(__APPLE__)
    return usage.ru_maxrss;
#else
    return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
#endif
#endif
}

json fileJson(const fs::path &path, std::int64_t bytes)
{
    return {{"path", toUtf8(path)}, {"bytes", bytes}};
}

} // namespace

void ConvertVerb::define(CLI::App &app)
{
    app.add_option("SRC", m_source, "A folder with safetensors, a GGUF file, or ORG/NAME at the Hub")
        ->required();
    app.add_option("-o,--output", m_output, "The file to make")->required();
    app.add_option("--type", m_level, "The level: Q4_K_M, Q8_0, BF16, ...")->required();
    app.add_option("--tensor-type", m_patterns,
                   "PATTERN=TYPE for tensors whose names have the pattern (again for each)")
        ->allow_extra_args(false);
    app.add_option("--output-type", m_outputType, "The type of the output layer");
    app.add_option("--embedding-type", m_embeddingType, "The type of the embeddings");
    app.add_option("--imatrix", m_imatrixFile, "An importance matrix of the model");
    app.add_option("--pre", m_preTokenizer, "The pre-tokenizer, where Snug cannot tell it");
    app.add_option("--base", m_base,
                   "The model that an adapter belongs to: a folder with its config.json, or ORG/NAME");
    app.add_option("--split-size", m_splitBytes, "Bytes of each file, at most (2GB); without it one file")
        ->transform(CLI::AsSizeValue(true))
        ->check(CLI::Range(std::uint64_t{1} << 20U, std::uint64_t{std::numeric_limits<std::int64_t>::max()}));
    app.add_option("--threads", m_threads, "How many; without it all")->check(CLI::Range(1, 512));
    app.add_flag("--pure", m_pure, "Everything in the level's main type");
    app.add_flag("--dry-run", m_dryRun, "Only print the plan");
    app.add_flag("--discard", m_discard, "Throw away what an interrupted job left");
}

Result<LevelChoice> ConvertVerb::choice() const
{
    LevelChoice choice;
    const auto all = quant::levels();
    const auto level = std::find_if(all.begin(), all.end(), [this](const quant::Level &one) {
        return quant::inSmallLetters(one.name) == quant::inSmallLetters(m_level);
    });
    if (level == all.end() || !level->canBeMade)
        return unknownName("level", m_level,
                           "For example Q4_K_M, Q6_K, Q8_0 or BF16; `snug-cli fit` lists all.");
    choice.level = level->fileType;
    choice.options.pure = m_pure;
    choice.options.imatrix = m_imatrix.has_value();
    if (!m_outputType.empty()) {
        SNUG_TRY(choice.options.outputType, typeNamed(m_outputType));
    }
    if (!m_embeddingType.empty()) {
        SNUG_TRY(choice.options.embeddingType, typeNamed(m_embeddingType));
    }
    for (const std::string &said : m_patterns) {
        SNUG_TRY(quant::TypePattern pattern, quant::TypePattern::parse(said));
        choice.options.patterns.push_back(std::move(pattern));
    }
    if (!m_preTokenizer.empty()) {
        const auto names = convert::preTokenizerNames();
        if (std::find(names.begin(), names.end(), m_preTokenizer) == names.end())
            return unknownName("pre-tokenizer", m_preTokenizer, "For example llama-bpe, qwen2 or gpt-2.");
    }
    return choice;
}

Result<void> ConvertVerb::readImportance()
{
    if (m_imatrixFile.empty())
        return {};
    SNUG_TRY(const auto file, gguf::FileReader::open(fromUtf8(m_imatrixFile)));
    SNUG_TRY(m_imatrix, quant::readImatrix(*file));
    return {};
}

// A folder or file on disk; a model at the Hub is brought into the cache first.
Result<fs::path> ConvertVerb::sourcePath(const VerbContext &context)
{
    std::error_code error;
    const fs::path path = fromUtf8(m_source);
    if (fs::exists(path, error))
        return path;
    SNUG_TRY(const HubAccess hub, openHub());
    auto reference = hub::parseReference(m_source, hub.environment.endpoint);
    if (!reference)
        return fail(ErrorKind::NotFound, fmt::format("There is no file or folder {}.", m_source),
                    {{"path", m_source}}, "Check the name, or give ORG/NAME of a repository at the Hub.");
    if (reference->selector.empty())
        reference->selector = hub::kCheckpointLabel;
    SNUG_TRY(const PullPlan plan, planPull(hub, *reference, context));
    const PullRecord record(unfinishedFolder(hub.environment, context), *reference);
    PullFiles files(hub, plan, context, {});
    SNUG_TRY(const json pulled, files.run(record, {}));
    m_hub = {{"repository", plan.id.text()}, {"commit", plan.commit}};
    SNUG_TRY(const library::CachedFile first,
             library::findFile(hub.environment.cache, plan.id.text(), plan.commit, plan.files.front().path));
    return plan.label == hub::kCheckpointLabel ? first.snapshotPath.parent_path() : first.snapshotPath;
}

void ConvertVerb::addProvenance(std::vector<gguf::KeyValue> &keys) const
{
    setKey(keys, "general.quantized_by", gguf::Value(fmt::format("Snug {}", SNUG_VERSION)));
    if (m_hub.is_object()) {
        setKey(keys, "general.source.huggingface.repository",
               gguf::Value(m_hub["repository"].get<std::string>()));
        setKey(keys, "general.source.huggingface.commit", gguf::Value(m_hub["commit"].get<std::string>()));
    }
}

Result<std::unique_ptr<ConvertSource>> ConvertVerb::openSource(const fs::path &path,
                                                               const VerbContext &context) const
{
    // Some folders have the merged model, too.
    if (!convert::isAdapter(path) || convert::isCheckpoint(path)) {
        SNUG_TRY(auto source, openConvertSource(path, m_preTokenizer));
        // The cache names its folders by commits.
        if (m_hub.is_object()) {
            const std::string repository = m_hub["repository"].get<std::string>();
            source->setName(repository.substr(repository.rfind('/') + 1));
        }
        return source;
    }
    SNUG_TRY(convert::AdapterConfig config, convert::readAdapterConfig(path));
    SNUG_TRY(json base, baseConfig(config, m_base, context));
    return openAdapter(path, std::move(config), std::move(base));
}

Result<ConvertVerb::Planned> ConvertVerb::plan(const fs::path &source, const VerbContext &context)
{
    SNUG_CHECK(readImportance());
    SNUG_TRY(const LevelChoice wanted, choice());
    Planned planned;
    SNUG_TRY(planned.source, openSource(source, context));
    SNUG_TRY(planned.draft, planned.source->draft(wanted));
    if (m_imatrix) {
        for (const gguf::Tensor &tensor : planned.draft.tensors)
            SNUG_CHECK(m_imatrix->of(tensor));
        for (gguf::KeyValue &pair : m_imatrix->keys(m_imatrixFile))
            setKey(planned.draft.values, std::move(pair.key), std::move(pair.value));
    }
    addProvenance(planned.draft.values);
    convert::OutputRequest request;
    request.path = fromUtf8(m_output);
    request.keys = planned.draft.values;
    request.tensors = planned.draft.tensors;
    request.splitBytes = static_cast<std::int64_t>(m_splitBytes);
    request.source = planned.source->origin().dump() + m_imatrixFile + llama::engineVersion();
    SNUG_TRY(planned.output, convert::planOutput(std::move(request)));
    return planned;
}

std::int64_t ConvertVerb::memoryBytes() const
{
    return m_threads * kBytesPerThread;
}

json ConvertVerb::planJson(const Planned &planned) const
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
    return {{"source", m_source},
            {"name", planned.source->name()},
            {"architecture", text("general.architecture")},
            {"level", m_level},
            {"tensors", planned.draft.tensors.size()},
            {"file_bytes", planned.output.bytes},
            {"parts", std::move(parts)},
            {"memory_bytes", memoryBytes()},
            {"disk_free_bytes", volume ? json(volume->freeBytes) : json()},
            {"resumed_bytes", convert::resumableBytes(planned.output)},
            {"pre_tokenizer", text("tokenizer.ggml.pre")},
            {"pre_tokenizer_choices", tokenizer ? json(tokenizer->preTokenizerChoices) : json::array()},
            {"warnings", planned.source->warnings()}};
}

Result<void> ConvertVerb::writeSidecar(const Planned &planned,
                                       const std::vector<convert::WrittenFile> &files) const
{
    json made = json::array();
    for (const convert::WrittenFile &file : files)
        made.push_back(
            {{"path", toUtf8(file.path.filename())}, {"bytes", file.bytes}, {"sha256", file.sha256}});
    json source = planned.source->origin();
    if (m_hub.is_object())
        source.update(m_hub);
    json recipe = {{"level", m_level}, {"pure", m_pure}, {"tensor_types", m_patterns}};
    if (!m_imatrixFile.empty())
        recipe["imatrix"] = toUtf8(fromUtf8(m_imatrixFile).filename());
    const json sidecar = {{"schema", 1},
                          {"made_by", fmt::format("Snug {}", SNUG_VERSION)},
                          {"engine", llama::engineVersion()},
                          {"source", std::move(source)},
                          {"recipe", std::move(recipe)},
                          {"files", std::move(made)}};
    fs::path path = files.front().path;
    path += ".snug.json";
    return writeFileAtomically(path, sidecar.dump(2) + "\n");
}

Result<json> ConvertVerb::write(Planned &planned, const VerbContext &context)
{
    const auto begin = std::chrono::steady_clock::now();
    SNUG_TRY(const auto data, planned.source->open(planned.draft));
    const llama::GgmlRowEncoder encoder;
    convert::WriteOptions options;
    options.threads = m_threads;
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
    options.beforeNaming = [&](const auto &files) { return writeSidecar(planned, files); };
    SNUG_TRY(const convert::WrittenModel model,
             convert::writeModel(planned.output, *data, encoder, options, context.stop));
    json paths = json::array();
    for (const convert::WrittenFile &file : model.files)
        paths.push_back(toUtf8(file.path));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    return json{{"path", paths.front()},
                {"paths", paths},
                {"bytes", planned.output.bytes},
                {"sha256", model.files.front().sha256},
                {"level", m_level},
                {"tensors", planned.output.tensors.size()},
                {"seconds", seconds.count()},
                {"cpu_seconds", processorSeconds()},
                {"peak_bytes", peakBytes()},
                {"resumed_bytes", model.resumedBytes},
                {"warnings", planned.source->warnings()}};
}

Result<json> ConvertVerb::run(const VerbContext &context)
{
    if (m_threads == 0)
        m_threads = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 512U));
    context.progress({"resolving", 0, -1, Unit::Items});
    SNUG_TRY(const fs::path source, sourcePath(context));
    context.progress({"planning", 0, -1, Unit::Items});
    SNUG_TRY(Planned planned, plan(source, context));
    if (const convert::Tokenizer *tokenizer = planned.source->tokenizer(); tokenizer && !m_discard) {
        SNUG_TRY(const auto found, checkTokenizer(*tokenizer, planned.draft.values, context.stop));
        planned.source->warn(found);
    }
    json told = planJson(planned);
    if (m_discard) {
        SNUG_CHECK(convert::discardUnfinished(planned.output));
        return json{{"discarded", told["resumed_bytes"] > 0}};
    }
    if (m_dryRun) {
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
        fmt::print("{}: {} tensors, {}\n", m_level, result["tensors"].get<std::int64_t>(),
                   formatBytes(result["file_bytes"].get<std::int64_t>()));
        return;
    }
    fmt::print("{}\n{}, {}, {:.1f} s\nsha256 {}\n", result["path"].get<std::string>(), m_level,
               formatBytes(result["bytes"].get<std::int64_t>()), result["seconds"].get<double>(),
               result["sha256"].get<std::string>());
}

} // namespace snug::cli
