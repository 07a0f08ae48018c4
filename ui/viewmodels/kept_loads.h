// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/load_settings.h"

namespace snug::ui {

class SettingsFile;

// How each model is to be loaded, by its path, in the settings file: of the models that were changed last, at
// most kMostModels. GUI thread; `settings` outlives it.
class KeptLoads {
public:
    static constexpr std::size_t kMostModels = 200;

    explicit KeptLoads(SettingsFile &settings) : m_settings(settings) {}

    // Of that model; without settings of its own, or without a path, what is usual.
    [[nodiscard]] LoadSettings of(const QString &path) const;
    // Without a path: what is usual for a model without settings of its own; of that only the context and the
    // GPU layers are kept.
    void keep(const QString &path, const LoadSettings &settings);

private:
    [[nodiscard]] LoadSettings usual() const;

    SettingsFile &m_settings;
};

} // namespace snug::ui
