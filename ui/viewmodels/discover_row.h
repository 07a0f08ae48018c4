// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/fit/device.h"
#include "ui/viewmodels/rows_model.h"

#include <QDateTime>
#include <QJsonObject>
#include <QString>

#include <cstdint>
#include <span>
#include <vector>

namespace snug::ui {

// One repository of a search. What came from the Hub is somebody else's text and never more than text.
struct DiscoverRow {
    QString id; // "org/name"
    QString name;
    QString maker;
    std::int64_t parameters = 0; // 0 unknown
    QString task;
    QString license;
    std::int64_t downloads = 0;
    std::int64_t likes = 0;
    QString gated; // "no", "auto" or "manual"
    QDateTime updated;
    QString verdict; // as the library says it: "fits", "partly", "cpu", "no"; "unknown"
    QString verdictText;
    QString verdictWhy;

    bool operator==(const DiscoverRow &) const = default;
};

[[nodiscard]] std::span<const RoleEntry<DiscoverRow>> discoverRoles();

// Reads the "models" of `snug-cli search`. Entries without an id are left out.
[[nodiscard]] std::vector<DiscoverRow> discoverRowsFrom(const QJsonObject &result);

// How well a file of `bytes`, or at the best of the usual levels a model of so many parameters, would run on
// these devices. Exactly one of the two is asked for; the other is 0.
struct RoughFinding {
    QString verdict;
    QString text;
    QString why;
};
[[nodiscard]] RoughFinding roughFinding(std::int64_t parameters, std::int64_t bytes,
                                        std::span<const fit::Device> devices);

// "8.03 B"; "4.1 M" for counts of people: three digits and a letter.
[[nodiscard]] QString shortCount(std::int64_t count);

} // namespace snug::ui
