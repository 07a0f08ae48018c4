// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/quant/catalogue.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What resources/advice.json says: which level suits which work, and in which words a loss is told. All of it
// is rules of thumb and other people's figures, each with its source; a figure that was measured for the
// model at hand counts for more.
namespace snug::quant {

enum class Workload { Chat, Code, Maths, HighStakes };
inline constexpr std::array kWorkloads = {Workload::Chat, Workload::Code, Workload::Maths,
                                          Workload::HighStakes};

// "chat", "code", "maths", "high_stakes".
[[nodiscard]] std::string_view workloadName(Workload workload);
[[nodiscard]] std::optional<Workload> workloadFromName(std::string_view name);

struct AdviceSource {
    std::string title;
    std::string address; // https

    bool operator==(const AdviceSource &) const = default;
};

enum class RuleKind {
    Level, // so many bits for this work; one for each workload
    Step,  // where it applies, so many rungs of the ladder higher
    Cliff, // levels that are marked
    Note,  // said beside the advice
};

struct AdviceRule {
    std::string id;
    RuleKind kind = RuleKind::Note;
    std::optional<Workload> workload; // absent: any
    std::string sentence;             // for people
    AdviceSource source;
    // It applies where all that is given here is true.
    std::optional<int> bitsAtLeast; // of the rung
    std::optional<int> bitsAtMost;
    std::optional<std::int64_t> parametersBelow;
    std::vector<Family> families; // empty: any
    // Level: the rungs advised, and the mean KL divergence up to which a measured level will do.
    int lowBits = 0;
    int highBits = 0;
    double divergence = 0;
    int steps = 0; // Step

    bool operator==(const AdviceRule &) const = default;
};

// Levels of about the same number of bits, the preferred one first. Those for models that were trained in
// them (ternary, MXFP4) are on no rung.
struct Rung {
    int bits = 0;
    std::vector<std::string> levels;

    bool operator==(const Rung &) const = default;
};

struct QualityWord {
    std::string word;
    std::string phrase;         // the word as it follows "The answers are"
    std::optional<double> upTo; // mean KL divergence in nats a token, inclusive; absent for the last

    bool operator==(const QualityWord &) const = default;
};

struct AdviceTable {
    std::vector<Rung> ladder;       // by rising bits
    std::vector<QualityWord> words; // by rising loss
    std::string wordsReason;
    AdviceSource wordsSource;
    std::vector<AdviceRule> rules;

    bool operator==(const AdviceTable &) const = default;
};

// Strict: a field that is unknown, missing or of another type, a level that the catalogue lacks, a bound out
// of order fails with Corrupt, the message naming the place.
[[nodiscard]] Result<AdviceTable> parseAdvice(std::string_view text);

// The table that is compiled in.
[[nodiscard]] const AdviceTable &adviceTable();

// Whether the conditions of a rule are true of a level of a model; `parameters` 0: unknown.
[[nodiscard]] bool holds(const AdviceRule &rule, const Level &level, std::int64_t parameters);
// The rung's bits; nullopt for a level on none.
[[nodiscard]] std::optional<int> bitsOf(std::string_view level);
// Whether the level is one of those that are marked as a cliff.
[[nodiscard]] bool isCliff(std::string_view level);
// "same", "very close", "close", "acceptable", "damaged".
[[nodiscard]] std::string_view qualityWord(double divergence);
// "very close to the original (KL divergence 0.031)".
[[nodiscard]] std::string qualityText(double divergence);

} // namespace snug::quant
