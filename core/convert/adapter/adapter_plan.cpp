// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/adapter/adapter_plan.h"

#include "core/convert/adapter/adapter_names.h"
#include "core/convert/rule_table.h"
#include "core/convert/tensor_names.h"
#include "core/convert/tensor_types.h"
#include "core/gguf/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <span>
#include <utility>

namespace snug::convert {
namespace {

using Part = AdapterName::Part;

tl::unexpected<Error> broken(ErrorKind kind, std::string_view reason, std::string_view name,
                             std::string message)
{
    return fail(kind, std::move(message), {{"reason", std::string(reason)}, {"name", gguf::escaped(name)}},
                kind == ErrorKind::Corrupt
                    ? "Check that the adapter belongs to that model, or download it again."
                    : "Merge the adapter into its model with the tools it was trained with, and convert the "
                      "result.");
}

// The two matrices of a module, by their places in Conversion::sources.
struct Pair {
    std::string module;
    bool isEmbedding = false;
    std::optional<std::size_t> down;
    std::optional<std::size_t> up;
};

// What is done to the rows of the model's matrix is done to those of lora_b; lora_a has its columns, which
// none of these moves.
bool movesRowsAlone(Verb verb)
{
    switch (verb) {
    case Verb::PermuteQuery:
    case Verb::PermuteKey:
    case Verb::FirstHalf:
    case Verb::SecondHalf:
    case Verb::EvenRows:
    case Verb::OddRows:
    case Verb::RegroupQkv:
    case Verb::UngroupQkv:
        return true;
    default:
        return false;
    }
}

std::optional<Shape> shapeAfter(Shape shape, const std::vector<Verb> &verbs, const Config &config)
{
    std::optional<Shape> made = std::move(shape);
    for (const Verb verb : verbs) {
        made = after(verb, *made, config);
        if (!made)
            break;
    }
    return made;
}

class AdapterPlanner {
public:
    AdapterPlanner(AdapterPlan &plan, const Adapter &adapter, OutputType type)
        : m_plan(plan)
        , m_adapter(adapter)
        , m_type(type)
        , m_config(configOf(*plan.conversion.architecture, adapter.checkpoint))
        , m_rules(plan.conversion.architecture->rules(m_config))
        , m_class(className(adapter.checkpoint.config))
    {
    }

    Result<void> run()
    {
        SNUG_CHECK(collect());
        for (const Pair &pair : m_pairs)
            SNUG_CHECK(add(pair));
        SNUG_CHECK(finishStacks());
        if (m_plan.conversion.tensors.empty())
            return broken(ErrorKind::Corrupt, "no_tensors", "", "The adapter changes nothing.");
        return {};
    }

private:
    // What becomes one tensor of several experts.
    struct Stack {
        std::map<std::int64_t, std::size_t> sources; // by the expert
    };

    Result<void> collect();
    Result<void> add(const Pair &pair);
    Result<void> addEmbedding(const Pair &pair, const Rule &rule);
    Result<void> addMatrix(const Pair &pair, const Rule &rule, const NamePattern &pattern);
    Result<void> place(std::string name, std::size_t source, std::vector<Verb> verbs, double factor,
                       std::optional<std::int64_t> expert);
    Result<void> finishStacks();
    [[nodiscard]] const Shape &shapeOf(std::size_t source) const
    {
        return m_plan.conversion.sources[source].shape;
    }
    [[nodiscard]] Result<double> factorOf(const Pair &pair, std::int64_t rank) const;

    AdapterPlan &m_plan;
    const Adapter &m_adapter;
    OutputType m_type;
    Config m_config;
    RuleTable m_rules;
    std::string m_class;
    std::vector<Pair> m_pairs;
    std::map<std::string, std::size_t> m_places; // in Conversion::tensors
    std::map<std::string, Stack> m_stacks;
};

Result<void> AdapterPlanner::collect()
{
    std::map<std::string, std::size_t> pairOf;
    std::int64_t norms = 0;
    const auto &tensors = m_adapter.checkpoint.tensors;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        SNUG_TRY(AdapterName name, parseAdapterName(tensors[i].name));
        if (name.part == Part::Base)
            continue;
        if (name.part == Part::Norm) {
            ++norms;
            continue;
        }
        const auto [found, isNew] = pairOf.emplace(name.module, m_pairs.size());
        if (isNew)
            m_pairs.push_back({name.module, false, std::nullopt, std::nullopt});
        Pair &pair = m_pairs[found->second];
        pair.isEmbedding = name.part == Part::EmbeddingDown || name.part == Part::EmbeddingUp;
        const bool isDown = name.part == Part::Down || name.part == Part::EmbeddingDown;
        (isDown ? pair.down : pair.up) = m_plan.conversion.sources.size();
        m_plan.conversion.sources.push_back({tensors[i].name, tensors[i].shape, Packing::None, {i}});
    }
    if (norms > 0)
        m_plan.warnings.push_back(fmt::format(
            "The adapter also changes {} norms, which the engine cannot exchange; they are left out, so that "
            "the model will behave a little otherwise than it was trained to.",
            norms));
    return {};
}

Result<double> AdapterPlanner::factorOf(const Pair &pair, std::int64_t rank) const
{
    SNUG_TRY(const double wanted, m_adapter.config.scaling(pair.module, rank));
    const double factor = wanted * static_cast<double>(rank) / m_adapter.config.alpha();
    return std::abs(factor - 1) < 1e-7 ? 1.0 : factor;
}

Result<void> AdapterPlanner::add(const Pair &pair)
{
    if (!pair.down || !pair.up)
        return broken(
            ErrorKind::Corrupt, "incomplete_pair", pair.module,
            fmt::format("The adapter has only one of the two matrices for {}.", gguf::escaped(pair.module)));
    const Shape &down = shapeOf(*pair.down);
    const Shape &up = shapeOf(*pair.up);
    if (down.size() != 2 || up.size() != 2 || down[0] != up[1] || down[0] < 1 || down[1] < 1 || up[0] < 1)
        return broken(ErrorKind::Corrupt, "wrong_shape", pair.module,
                      fmt::format("The adapter's matrices for {} do not fit each other: {} and {}.",
                                  gguf::escaped(pair.module), fmt::join(down, " x "), fmt::join(up, " x ")));
    const NamePattern pattern = patternOf(plainName(pair.module + ".weight", m_class));
    const auto matches = m_rules.find(pattern.text);
    const auto layers = layerCount(m_config).value_or(0);
    const bool isBeyond = !pattern.numbers.empty() && pattern.numbers.front() >= layers;
    if (matches.empty() || isBeyond)
        return broken(ErrorKind::Corrupt, "no_rule", pair.module,
                      fmt::format("The adapter changes {}, which models of the architecture {} do not have.",
                                  gguf::escaped(pair.module), m_plan.conversion.architecture->name));
    for (const RuleTable::Match &match : matches) {
        const Rule &rule = *match.rule;
        if (rule.to.empty())
            continue;
        if (!std::all_of(rule.verbs.begin(), rule.verbs.end(), movesRowsAlone) || match.ending.empty())
            return broken(ErrorKind::Unsupported, "adapter_rule", pair.module,
                          fmt::format("The adapter changes {}, which files of the architecture {} keep in "
                                      "another form.",
                                      gguf::escaped(pair.module), m_plan.conversion.architecture->name));
        SNUG_CHECK(pair.isEmbedding ? addEmbedding(pair, rule) : addMatrix(pair, rule, pattern));
    }
    return {};
}

Result<void> AdapterPlanner::addEmbedding(const Pair &pair, const Rule &rule)
{
    const bool isTied = m_config.flag({"tie_word_embeddings"}).value_or(false);
    if (rule.to != "token_embd" || isTied)
        return broken(ErrorKind::Unsupported, isTied ? "tied_output" : "adapter_rule", pair.module,
                      "The adapter changes embeddings that are the model's output, too, which the engine "
                      "cannot tell apart.");
    SNUG_TRY(const double factor, factorOf(pair, shapeOf(*pair.down)[0]));
    SNUG_CHECK(place("token_embd.weight.lora_a", *pair.down, {Verb::Transpose}, 1, std::nullopt));
    return place("token_embd.weight.lora_b", *pair.up, {}, factor, std::nullopt);
}

Result<void> AdapterPlanner::addMatrix(const Pair &pair, const Rule &rule, const NamePattern &pattern)
{
    if (rule.to == "output" && m_config.flag({"tie_word_embeddings"}).value_or(false))
        return broken(ErrorKind::Unsupported, "tied_output", pair.module,
                      "The adapter changes the model's output, which is the same as its embeddings, so that "
                      "the engine has no such matrix.");
    SNUG_TRY(const double factor, factorOf(pair, shapeOf(*pair.down)[0]));
    const std::size_t places = placesIn(rule.to);
    const auto expert =
        pattern.numbers.size() > places ? std::optional(pattern.numbers[places]) : std::nullopt;
    const std::string name = filled(rule.to, pattern.numbers) + ".weight";
    SNUG_CHECK(place(name + ".lora_a", *pair.down, {}, 1, expert));
    return place(name + ".lora_b", *pair.up, rule.verbs, factor, expert);
}

Result<void> AdapterPlanner::place(std::string name, std::size_t source, std::vector<Verb> verbs,
                                   double factor, std::optional<std::int64_t> expert)
{
    auto shape = shapeAfter(shapeOf(source), verbs, m_config);
    const std::string &from = m_plan.conversion.sources[source].name;
    if (!shape)
        return broken(ErrorKind::Corrupt, "wrong_shape", from,
                      fmt::format("Tensor {} of the shape {} does not fit the model.", gguf::escaped(from),
                                  fmt::join(shapeOf(source), " x ")));
    auto &tensors = m_plan.conversion.tensors;
    const auto [found, isNew] = m_places.emplace(name, tensors.size());
    if (isNew) {
        if (expert)
            shape->insert(shape->begin(), 0);
        tensors.push_back(
            {name, *std::move(shape), gguf::TensorType::F32, {}, expert.has_value(), std::move(verbs), {}});
        m_plan.factors.push_back(static_cast<float>(factor));
    } else {
        const PlannedTensor &first = tensors[found->second];
        const bool fits = first.isStack && std::equal(first.shape.begin() + 1, first.shape.end(),
                                                      shape->begin(), shape->end());
        if (!expert || !fits || m_plan.factors[found->second] != static_cast<float>(factor))
            return broken(ErrorKind::Corrupt, "duplicate_tensor", from,
                          fmt::format("Tensor {} does not go with the others that become {}.",
                                      gguf::escaped(from), gguf::escaped(name)));
    }
    if (!expert) {
        tensors.back().sources = {source};
        return {};
    }
    if (!m_stacks[name].sources.emplace(*expert, source).second)
        return broken(ErrorKind::Corrupt, "duplicate_tensor", from,
                      fmt::format("Two tensors would become the same part of {}.", gguf::escaped(name)));
    return {};
}

Result<void> AdapterPlanner::finishStacks()
{
    const auto experts = m_config.count({"num_local_experts", "num_experts", "n_routed_experts"});
    for (const auto &[name, stack] : m_stacks) {
        PlannedTensor &tensor = m_plan.conversion.tensors[m_places.at(name)];
        const auto count = static_cast<std::int64_t>(stack.sources.size());
        if (stack.sources.rbegin()->first != count - 1 || experts.value_or(count) != count)
            return broken(ErrorKind::Corrupt, "incomplete_stack", name,
                          fmt::format("Of the experts that {} is for the adapter changes only {}.",
                                      gguf::escaped(name), count));
        tensor.shape.front() = count;
        for (const auto &[expert, source] : stack.sources)
            tensor.sources.push_back(source);
    }
    for (const PlannedTensor &tensor : m_plan.conversion.tensors)
        m_plan.types.push_back(tensorType(".weight", tensor.shape, m_type));
    return {};
}

std::vector<gguf::KeyValue> keysOf(const Adapter &adapter, const Architecture &architecture, OutputType type)
{
    std::vector<gguf::KeyValue> keys = {
        {"general.architecture", gguf::Value(std::string(architecture.name))},
        {"general.type", gguf::Value("adapter")},
        {"adapter.type", gguf::Value("lora")},
        {"adapter.lora.alpha", gguf::Value(static_cast<float>(adapter.config.alpha()))},
        {"general.file_type", gguf::Value(fileType(type, false))},
        {"general.quantization_version", gguf::Value(std::uint32_t{2})},
    };
    if (!adapter.config.invocation().empty())
        keys.push_back({"adapter.alora.invocation_tokens",
                        gguf::Value(gguf::Array::ofNumbers(
                            std::span<const std::uint32_t>(adapter.config.invocation())))});
    return keys;
}

} // namespace

Result<AdapterPlan> planAdapter(const Adapter &adapter, OutputType type)
{
    const std::string name = className(adapter.checkpoint.config);
    AdapterPlan plan;
    plan.conversion.architecture = architectureOf(name);
    if (plan.conversion.architecture == nullptr)
        return fail(
            ErrorKind::Unsupported,
            fmt::format("Adapters of models of the class {} cannot be converted yet.", gguf::escaped(name)),
            {{"reason", std::string("architecture")}, {"architecture", gguf::escaped(name)}});
    SNUG_CHECK(AdapterPlanner(plan, adapter, type).run());
    plan.conversion.keys = keysOf(adapter, *plan.conversion.architecture, type);
    if (!adapter.config.beginning().empty())
        plan.warnings.push_back(fmt::format("The adapter was begun with {}, which changes the model itself: "
                                            "it fits the model as it was changed "
                                            "then, and not the one that was published.",
                                            adapter.config.beginning()));
    return plan;
}

} // namespace snug::convert
