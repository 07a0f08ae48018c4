// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/progress.h"
#include "core/base/rate_meter.h"
#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace snug::cli {

// Everything a verb says while it runs and at its end: JSON Lines on stdout with --json, otherwise text for
// people on stderr, where a terminal gets one moving line. Owned by main; may be called from any thread.
class EventWriter {
public:
    struct Style {
        bool json = false;
        bool movingLine = false; // stderr is a terminal
        bool colour = false;     // and NO_COLOR is not set
    };

    EventWriter(Style style, std::FILE *out, std::FILE *err,
                RateMeter::Clock clock = &std::chrono::steady_clock::now);

    // At most ten a second; the first of a stage, its end, and the last value always get through.
    void progress(const Progress &progress);
    void log(std::string_view level, std::string_view message);
    // An event with its "event" field, as it is; nothing without --json.
    void event(const nlohmann::json &event);
    // The last line. Without --json a result prints nothing: the verb does.
    void result(nlohmann::json fields);
    void error(const Error &error);

    // False once something could not be written, or was too long for a line.
    [[nodiscard]] bool allWritten() const;

private:
    void showProgress(const Progress &progress);
    void flushProgress();
    void clearMovingLine();
    void writeLine(const nlohmann::json &event);
    void write(std::FILE *file, std::string_view text);

    Style m_style;
    std::FILE *m_out;
    std::FILE *m_err;
    RateMeter::Clock m_clock;

    mutable std::mutex m_mutex; // everything below
    RateMeter m_rate;
    std::string m_stage;
    std::optional<Progress> m_waiting; // throttled away, not yet shown
    std::optional<std::chrono::steady_clock::time_point> m_shownAt;
    bool m_complete = false; // the stage's last value reached its total
    bool m_lineOpen = false; // a moving line stands on the terminal
    bool m_failed = false;
};

} // namespace snug::cli
