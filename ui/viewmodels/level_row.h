// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>
#include <vector>

namespace snug::ui {

// What one device would hold of a model, in bytes.
struct DeviceShare {
    QString device; // its id
    QString name;   // for people
    bool host = false;
    bool sharesHost = false; // its memory is main memory
    std::int64_t weights = 0;
    std::int64_t kvCache = 0;
    std::int64_t compute = 0;
    std::int64_t overhead = 0;
    std::int64_t projector = 0;
    std::int64_t draft = 0;
    std::int64_t lora = 0;
    std::int64_t reserve = 0; // is to stay free beside what is used: for the display, for other programs
    std::int64_t free = 0;    // before the model is loaded
    std::int64_t deviceBytes = 0;

    // Of the files beside the model.
    [[nodiscard]] std::int64_t companions() const { return projector + draft + lora; }
    [[nodiscard]] std::int64_t used() const { return weights + companions() + kvCache + compute + overhead; }
    // What a model may use.
    [[nodiscard]] std::int64_t usable() const { return free > reserve ? free - reserve : 0; }
    bool operator==(const DeviceShare &) const = default;
};

// How one level would run on one machine.
struct LevelFit {
    QString verdict = QStringLiteral("unknown"); // "fits", "partly", "cpu", "no", "unknown"
    bool exact = false;                          // the engine's own allocator says so
    int context = 0;                             // tokens, of the question
    QString kvType;
    int gpuLayers = 0;
    int layers = 0;
    std::int64_t largestContext = 0; // 0: none, or unknown
    QString cpuReason;
    std::vector<DeviceShare> memory; // main memory first
    double generation = 0;           // tokens/s; 0 unknown
    double prompt = 0;
    double uncertainty = 0;       // of the generation, as a fraction
    double promptUncertainty = 0; // 0 unknown
    QString speedSource;

    bool operator==(const LevelFit &) const = default;
};

// One level of a model: a file that exists, or one that could be made.
struct LevelRow {
    QString label; // unique in its table
    QString level; // its name in the catalogue
    bool exists = false;
    bool canBeMade = false;
    QString heldPath;           // where it lies on this computer; empty: nowhere
    std::int64_t fileBytes = 0; // 0 unknown
    bool fileBytesExact = false;
    double bitsPerWeight = 0;
    double divergence = -1; // mean KL divergence; -1 unknown
    double divergenceWithImatrix = -1;
    bool measured = false; // of this model, here
    bool original = false; // every weight as its makers published it, or in full
    QString qualitySource;
    QString imatrix; // "not_used", "helps", "required"
    bool cliff = false;
    QString description;
    QStringList notes;
    QString obstacle;
    LevelFit fit;
    std::optional<LevelFit> other; // on the machine that is compared with

    bool operator==(const LevelRow &) const = default;
};

inline constexpr qsizetype kMostLevels = 200;
inline constexpr qsizetype kLongestText = 600;

// Nothing without a name. What is absurd counts as unknown, what is endless is cut.
[[nodiscard]] std::optional<LevelRow> levelFromJson(const QJsonObject &level);
// At most kMostLevels, each label once.
[[nodiscard]] std::vector<LevelRow> levelsFromJson(const QJsonValue &levels);

// A text of a length that can be shown.
[[nodiscard]] QString shortText(const QJsonValue &value);
// Whole, not negative and below 2^53; else 0.
[[nodiscard]] std::int64_t wholeNumber(const QJsonValue &value);

} // namespace snug::ui
