// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/adapter/adapter_config.h"

#include "core/gguf/failure.h"
#include "core/gguf/text.h"
#include "core/hub/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace snug::convert {
namespace {

using nlohmann::json;

constexpr std::size_t kMostBytes = std::size_t{4} << 20U;
constexpr std::int64_t kMostRank = 1 << 16;
constexpr double kLeastAlpha = 1e-6;
constexpr double kMostAlpha = 1e9;
constexpr std::size_t kMostPatterns = 4096;
// Each may take a while for each module.
constexpr std::ptrdiff_t kMostExpressions = 32;

tl::unexpected<Error> bad(std::string_view why)
{
    return fail(ErrorKind::Corrupt,
                fmt::format("The adapter's adapter_config.json cannot be understood: {}.", why),
                {{"reason", std::string("bad_adapter")}}, "Download the adapter again.");
}

tl::unexpected<Error> cannot(std::string_view feature, std::string message)
{
    return fail(
        ErrorKind::Unsupported, std::move(message),
        {{"reason", std::string("adapter_kind")}, {"feature", std::string(feature)}},
        "Merge the adapter into its model with the tools it was trained with, and convert the result.");
}

// Whether something is said under that name: neither null nor false nor empty.
bool says(const json &config, const char *key)
{
    const json *value = hub::memberOf(config, key);
    if (value == nullptr || value->is_null())
        return false;
    if (value->is_boolean())
        return value->get<bool>();
    return value->is_primitive() || !value->empty();
}

Result<void> checkKind(const json &config)
{
    const std::string type = hub::textOf(config, "peft_type").value_or("LORA");
    if (type != "LORA")
        return cannot("peft_type", fmt::format("The adapter is of the kind {}; the engine knows LoRA alone.",
                                               gguf::escaped(type)));
    static constexpr std::array<std::pair<const char *, const char *>, 7> kOthers = {{
        {"use_dora", "The adapter changes the length of weights too (DoRA), which the engine does not do."},
        {"use_qalora", "The adapter is for a quantized model (QALoRA), which the engine does not do."},
        {"lora_bias", "The adapter has biases in its matrices, which the engine does not add."},
        {"layer_replication", "The adapter repeats layers of the model, which the engine does not do."},
        {"modules_to_save", "The adapter brings whole parts of the model with it, which the engine cannot "
                            "exchange."},
        {"trainable_token_indices",
         "The adapter changes single tokens of the vocabulary, which the engine does not do."},
        {"target_parameters",
         "The adapter changes tensors that are no layers of their own, which Snug cannot convert."},
    }};
    for (const auto &[key, message] : kOthers) {
        if (says(config, key))
            return cannot(key, message);
    }
    const std::string bias = hub::textOf(config, "bias").value_or("none");
    if (bias != "none")
        return cannot("bias", "The adapter changes biases of the model, which the engine does not do.");
    if (says(config, "invocation_string") && !says(config, "alora_invocation_tokens"))
        return cannot("invocation_string",
                      "The adapter begins to work behind a text whose tokens it does not "
                      "tell.");
    return {};
}

Result<double> alphaOf(const json *value)
{
    if (value == nullptr || !value->is_number())
        return bad("lora_alpha is missing");
    const auto alpha = value->get<double>();
    // Also false for what is no number. Real ones are from 1 to some thousands.
    if (!(alpha >= kLeastAlpha && alpha <= kMostAlpha))
        return bad("lora_alpha is no number above 0, or an absurd one");
    return alpha;
}

Result<std::vector<std::uint32_t>> invocationOf(const json &config)
{
    std::vector<std::uint32_t> tokens;
    const json *list = hub::memberOf(config, "alora_invocation_tokens");
    if (list == nullptr || !list->is_array())
        return tokens;
    for (const json &token : *list) {
        if (!token.is_number_unsigned() || token.get<std::uint64_t>() > UINT32_MAX)
            return bad("alora_invocation_tokens holds something else than tokens");
        tokens.push_back(token.get<std::uint32_t>());
    }
    return tokens;
}

// Ways to begin that take something out of the model's own weights, to which the matrices then belong.
std::string beginningOf(const json &config)
{
    const std::string said = hub::wordsOf(config, "init_lora_weights").value_or("");
    for (const std::string_view other : {"pissa", "olora", "corda", "loftq"}) {
        if (said.starts_with(other))
            return said;
    }
    return {};
}

} // namespace

Result<AdapterConfig> AdapterConfig::parse(std::string_view text)
{
    const auto parsed = hub::parseJson(text, {kMostBytes, 64, 500'000});
    if (!parsed && parsed.error().kind == ErrorKind::TooLarge)
        return gguf::beyondLimit("large_adapter_config", static_cast<std::int64_t>(kMostBytes),
                                 "The adapter's adapter_config.json is larger than Snug reads.");
    if (!parsed || !parsed->is_object())
        return bad("it is no JSON object");
    const json &said = *parsed;
    SNUG_CHECK(checkKind(said));
    AdapterConfig config;
    SNUG_TRY(config.m_alpha, alphaOf(hub::memberOf(said, "lora_alpha")));
    const auto rank = hub::countOf(said, "r", kMostRank);
    if (!rank || *rank == 0)
        return bad("r is no rank");
    config.m_rank = *rank;
    config.m_rankStabilized = hub::flagOf(said, "use_rslora");
    if (const json *alphas = hub::memberOf(said, "alpha_pattern"); alphas != nullptr && alphas->is_object()) {
        if (alphas->size() > kMostPatterns)
            return bad("alpha_pattern is absurdly long");
        for (const auto &[pattern, value] : alphas->items()) {
            SNUG_TRY(const double alpha, alphaOf(&value));
            SNUG_CHECK(config.addException(pattern, alpha));
        }
    }
    config.m_baseModel = hub::textOf(said, "base_model_name_or_path").value_or("");
    config.m_beginning = beginningOf(said);
    SNUG_TRY(config.m_invocation, invocationOf(said));
    return config;
}

Result<void> AdapterConfig::addException(const std::string &pattern, double alpha)
{
    // A dot of an expression stands for the dots of names, too.
    if (pattern.find_first_of("\\^$|?*+()[]{}") == std::string::npos) {
        m_exceptions.push_back({pattern, std::nullopt, alpha});
        return {};
    }
    auto expression = Regex::compile("^(?:.*\\.)?(?:" + pattern + ")$");
    const auto used = std::count_if(m_exceptions.begin(), m_exceptions.end(),
                                    [](const Exception &one) { return one.expression.has_value(); });
    if (!expression || used >= kMostExpressions)
        return bad("alpha_pattern has an expression that Snug does not understand, or too many");
    m_exceptions.push_back({pattern, *std::move(expression), alpha});
    return {};
}

Result<double> AdapterConfig::scaling(std::string_view module, std::int64_t rank) const
{
    std::optional<double> found;
    for (const Exception &exception : m_exceptions) {
        bool matches = module == exception.name || module.ends_with("." + exception.name);
        if (exception.expression && !exception.expression->forEachMatch(
                                        module, [&matches](std::size_t, std::size_t) { matches = true; }))
            return bad("alpha_pattern has an expression that takes too long");
        if (!matches)
            continue;
        // Which one counts is told by their order, which an object does not have.
        if (found && *found != exception.alpha)
            return bad(fmt::format("alpha_pattern says two things about {}", gguf::escaped(module)));
        found = exception.alpha;
    }
    const auto ranks = static_cast<double>(rank);
    return found.value_or(m_alpha) / (m_rankStabilized ? std::sqrt(ranks) : ranks);
}

double AdapterConfig::alpha() const
{
    return m_rankStabilized ? m_alpha * std::sqrt(static_cast<double>(m_rank)) : m_alpha;
}

} // namespace snug::convert
