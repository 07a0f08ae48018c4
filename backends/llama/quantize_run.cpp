// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/quantize_run.h"

#include "backends/llama/engine_log.h"
#include "core/base/paths.h"

#include <fmt/format.h>

#include <array>
#include <ggml-cpp.h>
#include <gguf.h>
#include <llama.h>
#include <map>
#include <regex>
#include <span>

namespace snug::llama {
namespace {

// The quantizer tells what it does in its log alone: one line names a tensor and its type, the next one the
// type that it becomes, if it is another.
class LogReader {
public:
    explicit LogReader(QuantizeAnswer &answer) : m_answer(answer) {}

    void see(const std::string &line)
    {
        static const std::regex tensor(R"(^\[ *\d+/ *\d+\] +(\S+) +- \[.*type = +(\S+),.*)");
        static const std::regex becomes(R"(^size = .* -> .*\((\w+)\).*)");
        static const std::regex size(R"(.*quant size *= *(\S+ MiB).*)");
        std::smatch match;
        if (std::regex_match(line, match, tensor))
            m_answer.tensors.push_back({match[1], match[2]});
        else if (std::regex_match(line, match, becomes) && !m_answer.tensors.empty())
            m_answer.tensors.back().type = match[1];
        else if (std::regex_match(line, match, size))
            m_answer.quantSize = match[1];
        else if (line.find("will require an imatrix") != std::string::npos)
            m_answer.needsImatrix = true;
    }

private:
    QuantizeAnswer &m_answer;
};

std::map<std::string, ggml_type> typesByName()
{
    std::map<std::string, ggml_type> types;
    for (int number = 0; number < GGML_TYPE_COUNT; ++number) {
        const auto type = static_cast<ggml_type>(number);
        if (ggml_type_size(type) > 0)
            types.emplace(ggml_type_name(type), type);
    }
    return types;
}

struct Opened {
    gguf_context_ptr file;
    ggml_context_ptr tensors;
};

Opened open(const std::filesystem::path &model)
{
    ggml_context *tensors = nullptr;
    gguf_context_ptr file(gguf_init_from_file(toUtf8(model).c_str(), {.no_alloc = true, .ctx = &tensors}));
    return {std::move(file), ggml_context_ptr(tensors)};
}

// The header as the engine's library would write it, with the types of its own log.
void measure(QuantizeAnswer &answer, const Opened &source, quant::FileType level)
{
    const gguf_context_ptr target(gguf_init_empty());
    gguf_set_kv(target.get(), source.file.get());
    gguf_set_val_u32(target.get(), "general.quantization_version", GGML_QNT_VERSION);
    gguf_set_val_u32(target.get(), "general.file_type", static_cast<std::uint32_t>(level));
    for (const char *key : {"split.no", "split.count", "split.tensors.count"})
        gguf_remove_key(target.get(), key);
    const auto types = typesByName();
    for (const QuantizedTensor &entry : answer.tensors) {
        const ggml_tensor *tensor = ggml_get_tensor(source.tensors.get(), entry.name.c_str());
        const auto bytes =
            ggml_row_size(types.at(entry.type), tensor->ne[0]) * static_cast<std::size_t>(ggml_nrows(tensor));
        gguf_add_tensor(target.get(), tensor);
        answer.tensorBytes += static_cast<std::int64_t>(bytes);
        answer.fileBytes += static_cast<std::int64_t>(GGML_PAD(bytes, GGUF_DEFAULT_ALIGNMENT));
    }
    answer.headerBytes = static_cast<std::int64_t>(gguf_get_meta_size(target.get()));
    answer.fileBytes += answer.headerBytes;
}

tl::unexpected<Error> refused()
{
    return fail(ErrorKind::Unsupported, "The engine does not make that.", {{"log", lastEngineError()}});
}

ggml_type typeOr(const std::optional<gguf::TensorType> &type)
{
    return type ? static_cast<ggml_type>(*type) : GGML_TYPE_COUNT;
}

// The options in the engine's form, which points into this.
class Params {
public:
    Params(quant::FileType level, const quant::TypeOptions &options)
    {
        for (const quant::TypePattern &pattern : options.patterns)
            m_overrides.push_back({pattern.pattern().c_str(), static_cast<ggml_type>(pattern.type())});
        m_overrides.push_back({nullptr, GGML_TYPE_COUNT});
        m_params.ftype = static_cast<llama_ftype>(level);
        m_params.pure = options.pure;
        m_params.output_tensor_type = typeOr(options.outputType);
        m_params.token_embedding_type = typeOr(options.embeddingType);
        m_params.tt_overrides = m_overrides.data();
    }
    Params(const Params &) = delete;
    Params &operator=(const Params &) = delete;

    void use(const quant::Imatrix &imatrix)
    {
        for (const auto &[name, means] : imatrix.importance)
            add(name.c_str(), means);
        m_imatrix.push_back({nullptr, nullptr, 0});
        m_params.imatrix = m_imatrix.data();
    }

    // Only that there is one matters: the data is for no tensor of the model.
    void claimImatrix()
    {
        static constexpr std::array<float, 1> kWeight = {1};
        add("none", kWeight);
        m_imatrix.push_back({nullptr, nullptr, 0});
        m_params.imatrix = m_imatrix.data();
    }

    void runDry() { m_params.dry_run = true; }

    // Whether it went well.
    [[nodiscard]] bool run(const std::filesystem::path &model, const std::filesystem::path &target) const
    {
        return llama_model_quantize(toUtf8(model).c_str(), toUtf8(target).c_str(), &m_params) == 0;
    }

private:
    void add(const char *name, std::span<const float> means)
    {
        m_imatrix.push_back({name, means.data(), means.size()});
    }

    llama_model_quantize_params m_params = llama_model_quantize_default_params();
    std::vector<llama_model_tensor_override> m_overrides;
    std::vector<llama_model_imatrix_data> m_imatrix;
};

} // namespace

Result<QuantizeAnswer> quantizeDryRun(const std::filesystem::path &model, quant::FileType level,
                                      const quant::TypeOptions &options)
{
    Params params(level, options);
    params.runDry();
    if (options.imatrix)
        params.claimImatrix();

    QuantizeAnswer answer;
    forgetEngineErrors();
    {
        LogReader reader(answer);
        const EngineLogWatch watch([&reader](std::string_view line) { reader.see(std::string(line)); });
        if (!params.run(model, {}))
            return refused();
    }
    const Opened source = open(model);
    if (!source.file)
        return refused();
    measure(answer, source, level);
    return answer;
}

Result<void> quantizeFile(const std::filesystem::path &model, const std::filesystem::path &target,
                          quant::FileType level, const quant::TypeOptions &options,
                          const quant::Imatrix *imatrix)
{
    Params params(level, options);
    if (imatrix != nullptr)
        params.use(*imatrix);
    forgetEngineErrors();
    if (!params.run(model, target))
        return refused();
    return {};
}

} // namespace snug::llama
