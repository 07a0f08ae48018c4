// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/planner.h"

#include "core/base/units.h"
#include "core/convert/rule_table.h"
#include "core/convert/tensor_names.h"
#include "core/convert/tensor_types.h"
#include "core/gguf/failure.h"
#include "core/gguf/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>

namespace snug::convert {
namespace {

tl::unexpected<Error> broken(std::string_view reason, std::string_view name, std::string message)
{
    return fail(ErrorKind::Corrupt, std::move(message),
                {{"reason", std::string(reason)}, {"name", gguf::escaped(name)}},
                "Download the checkpoint again; if the fresh copy says the same, choose another one.");
}

// Tensors in the making, of which a stack is complete only at the end.
class Planner {
public:
    Planner(Conversion &conversion, const Config &config, OutputType type)
        : m_conversion(conversion)
        , m_config(config)
        , m_type(type)
        , m_rules(conversion.architecture->rules(config))
    {
        auto *layers = conversion.architecture->layers;
        m_layers = layers != nullptr ? layers(config) : layerCount(config).value_or(0);
    }

    Result<void> addConstants();
    Result<void> add(std::size_t source, std::string_view name);
    Result<void> finish();

private:
    struct Stack {
        std::map<std::int64_t, std::size_t> sources; // by their place in the stack
    };

    void adoptTiedOutput();
    [[nodiscard]] tl::unexpected<Error> withoutRule(std::string_view name) const;
    [[nodiscard]] bool isLeftOutLayer(const NamePattern &pattern) const;
    Result<void> apply(const RuleTable::Match &match, const NamePattern &pattern, std::size_t source);
    [[nodiscard]] Result<Shape> shaped(const Rule &rule, const Source &source) const;
    Result<void> addToStack(const std::string &name, std::int64_t place, std::size_t source,
                            const Rule &rule);

    Conversion &m_conversion;
    const Config &m_config;
    OutputType m_type;
    RuleTable m_rules;
    std::int64_t m_layers = 0;
    std::unordered_map<std::string, std::size_t> m_places; // in Conversion::tensors
    std::unordered_map<std::string, Stack> m_stacks;
};

Result<void> Planner::addConstants()
{
    if (m_conversion.architecture->constants == nullptr)
        return {};
    for (Constant &constant : m_conversion.architecture->constants(m_config)) {
        const auto length = static_cast<std::int64_t>(constant.values.size());
        if (length == 0)
            return broken("wrong_shape", constant.name,
                          fmt::format("Tensor {} would be empty.", constant.name));
        m_places.emplace(constant.name, m_conversion.tensors.size());
        m_conversion.tensors.push_back(
            {constant.name, {length}, gguf::TensorType::F32, {}, false, {}, std::move(constant.values)});
    }
    return {};
}

tl::unexpected<Error> Planner::withoutRule(std::string_view name) const
{
    return fail(
        ErrorKind::Unsupported,
        fmt::format(
            "The tensor {} is unknown in models of the architecture {}, so a conversion would lose it.",
            gguf::escaped(name), m_conversion.architecture->name),
        {{"reason", std::string("no_rule")},
         {"name", gguf::escaped(name)},
         {"architecture", std::string(m_conversion.architecture->name)}},
        "Look for a GGUF file of the model that somebody else has made.");
}

bool Planner::isLeftOutLayer(const NamePattern &pattern) const
{
    return m_conversion.architecture->leavesOutFurtherLayers && pattern.text.starts_with("model.layers.#.") &&
           pattern.numbers.front() >= m_layers;
}

Result<void> Planner::add(std::size_t source, std::string_view name)
{
    const NamePattern pattern = patternOf(name);
    const std::vector<RuleTable::Match> matches = m_rules.find(pattern.text);
    if (matches.empty() && isLeftOutLayer(pattern))
        return {};
    if (matches.empty())
        return withoutRule(m_conversion.sources[source].name);
    for (const RuleTable::Match &match : matches) {
        if (!match.rule->to.empty()) {
            SNUG_CHECK(apply(match, pattern, source));
        } else if (match.rule->verbs == std::vector{Verb::OnlyZeros}) {
            m_conversion.zeroSources.push_back(source);
        }
    }
    return {};
}

Result<Shape> Planner::shaped(const Rule &rule, const Source &source) const
{
    std::optional<Shape> shape = source.shape;
    for (const Verb verb : rule.verbs) {
        shape = after(verb, *shape, m_config);
        if (!shape)
            break;
    }
    const bool usable =
        shape && !shape->empty() &&
        std::all_of(shape->begin(), shape->end(), [](std::int64_t length) { return length > 0; });
    if (!usable)
        return broken("wrong_shape", source.name,
                      fmt::format("Tensor {} of the shape {} does not fit what config.json says.",
                                  gguf::escaped(source.name), fmt::join(source.shape, " x ")));
    return *std::move(shape);
}

Result<void> Planner::apply(const RuleTable::Match &match, const NamePattern &pattern, std::size_t source)
{
    const Rule &rule = *match.rule;
    const std::size_t places = placesIn(rule.to);
    if (places > 0 && isLeftOutLayer(pattern))
        return {};
    if (places > 0 && pattern.numbers.front() >= m_layers)
        return withoutRule(m_conversion.sources[source].name);
    const std::string name = filled(rule.to, pattern.numbers) + std::string(match.ending);
    if (pattern.numbers.size() > places)
        return addToStack(name, pattern.numbers[places], source, rule);
    SNUG_TRY(Shape shape, shaped(rule, m_conversion.sources[source]));
    if (!m_places.emplace(name, m_conversion.tensors.size()).second)
        return broken("duplicate_tensor", name,
                      fmt::format("Two tensors would become {}.", gguf::escaped(name)));
    const auto type = m_conversion.sources[source].packing == Packing::Mxfp4
                          ? gguf::TensorType::MXFP4
                          : tensorType(name, shape, m_type);
    m_conversion.tensors.push_back({name, std::move(shape), type, {source}, false, rule.verbs, {}});
    return {};
}

Result<void> Planner::addToStack(const std::string &name, std::int64_t place, std::size_t source,
                                 const Rule &rule)
{
    SNUG_TRY(Shape shape, shaped(rule, m_conversion.sources[source]));
    const auto [found, isFirst] = m_places.emplace(name, m_conversion.tensors.size());
    const auto twice = [&name] {
        return broken(
            "duplicate_tensor", name,
            fmt::format("Two tensors would become {} or the same part of it.", gguf::escaped(name)));
    };
    if (!isFirst && !m_conversion.tensors[found->second].isStack)
        return twice();
    if (isFirst) {
        shape.insert(shape.begin(), 0);
        m_conversion.tensors.push_back(
            {name, std::move(shape), gguf::TensorType::F32, {}, true, rule.verbs, {}});
    } else {
        const Shape &first = m_conversion.tensors[found->second].shape;
        if (!std::equal(first.begin() + 1, first.end(), shape.begin(), shape.end()))
            return broken("wrong_shape", m_conversion.sources[source].name,
                          fmt::format("Tensor {} has another shape than those beside it.",
                                      gguf::escaped(m_conversion.sources[source].name)));
    }
    if (!m_stacks[name].sources.emplace(place, source).second)
        return twice();
    return {};
}

// Safetensors keeps one name of tensors that share their memory; some writers kept that of the output.
void Planner::adoptTiedOutput()
{
    const auto output = m_places.find("output.weight");
    if (output == m_places.end() || m_places.contains("token_embd.weight") ||
        !m_config.flag({"tie_word_embeddings"}).value_or(false))
        return;
    m_conversion.tensors[output->second].name = "token_embd.weight";
    m_places.emplace("token_embd.weight", output->second);
    m_places.erase(output);
}

Result<void> Planner::finish()
{
    const auto experts = m_config.count({"num_local_experts", "num_experts", "n_routed_experts"});
    for (PlannedTensor &tensor : m_conversion.tensors) {
        if (!tensor.isStack)
            continue;
        const auto &sources = m_stacks[tensor.name].sources;
        const auto count = static_cast<std::int64_t>(sources.size());
        const bool isExperts = tensor.name.find("_exps.") != std::string::npos;
        if (sources.rbegin()->first != count - 1 || (isExperts && experts && *experts != count))
            return broken("incomplete_stack", tensor.name,
                          fmt::format("Of the tensors that make up {} only {} are there.",
                                      gguf::escaped(tensor.name), formatCount(count)));
        for (const auto &[place, source] : sources)
            tensor.sources.push_back(source);
        tensor.shape.front() = count;
        tensor.type = tensorType(tensor.name, tensor.shape, m_type);
    }
    adoptTiedOutput();
    const auto embeddings = m_places.find("token_embd.weight");
    if (embeddings == m_places.end() || m_conversion.tensors[embeddings->second].shape.size() != 2)
        return broken("no_embeddings", "token_embd.weight",
                      "The checkpoint has no embeddings of its vocabulary.");
    m_conversion.vocabulary = m_conversion.tensors[embeddings->second].shape.front();
    // GGUF counts its words in 32 bits.
    if (m_conversion.vocabulary > UINT32_MAX)
        return broken("wrong_shape", "token_embd.weight",
                      fmt::format("A vocabulary of {} words is more than any model has.",
                                  formatCount(m_conversion.vocabulary)));
    return {};
}

} // namespace

Result<void> planTensors(Conversion &conversion, const Checkpoint &checkpoint, const Config &config,
                         OutputType type)
{
    const std::string model = className(checkpoint.config);
    Planner planner(conversion, config, type);
    SNUG_CHECK(planner.addConstants());
    for (std::size_t i = 0; i < conversion.sources.size(); ++i) {
        const Source &source = conversion.sources[i];
        if (isBuffer(source.name))
            continue;
        if (isOtherPart(source.name)) {
            ++conversion.leftOutTensors;
            for (const std::size_t part : source.parts)
                conversion.leftOutBytes +=
                    std::min(checkpoint.tensors[part].bytes, INT64_MAX - conversion.leftOutBytes);
            continue;
        }
        SNUG_CHECK(planner.add(i, plainName(source.name, model)));
    }
    return planner.finish();
}

} // namespace snug::convert
