// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/event_writer.h"

#include "app/cli/terminal_text.h"
#include "core/base/events.h"
#include "core/base/units.h"

#include <fmt/format.h>

#include <utility>

namespace snug::cli {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr auto kProgressEvery = 100ms;
constexpr std::size_t kTextLimit = 64 * 1024; // of one text in a log or error line

Error shortened(Error error)
{
    const auto cut = [](std::string &text) {
        const std::string valid = chat::validUtf8(text);
        text = chat::cutUtf8(valid, kTextLimit);
    };
    cut(error.message);
    cut(error.hint);
    for (auto &[name, value] : error.detail) {
        if (auto *text = std::get_if<std::string>(&value))
            cut(*text);
    }
    return error;
}

std::string amount(std::int64_t value, Unit unit)
{
    return unit == Unit::Bytes ? formatBytes(value) : formatCount(value);
}

std::string progressText(const Progress &progress, double rate, double secondsLeft)
{
    std::string text = fmt::format("{}  {}", progress.stage, amount(progress.done, progress.unit));
    if (progress.unit == Unit::Percent)
        return fmt::format("{}  {} %", progress.stage, progress.done);
    if (progress.total >= 0)
        text += " of " + amount(progress.total, progress.unit);
    if (progress.total > 0)
        text += fmt::format(" ({} %)", progress.done * 100 / progress.total);
    if (rate > 0)
        text += fmt::format("  {}/s", amount(static_cast<std::int64_t>(rate), progress.unit));
    if (secondsLeft > 0)
        text += fmt::format("  {} left", formatDuration(secondsLeft));
    return text;
}

std::string_view colourOf(std::string_view level)
{
    if (level == "error")
        return "\x1b[31m";
    return level == "warning" ? "\x1b[33m" : "";
}

} // namespace

EventWriter::EventWriter(Style style, std::FILE *out, std::FILE *err, RateMeter::Clock clock)
    : m_style(style), m_out(out), m_err(err), m_clock(clock), m_rate(std::move(clock))
{
}

void EventWriter::progress(const Progress &progress)
{
    const std::scoped_lock lock(m_mutex);
    const bool newStage = m_stage != progress.stage;
    if (newStage) {
        flushProgress();
        m_stage = progress.stage;
        m_rate.reset();
    }
    m_rate.update(progress.done);
    const bool complete = progress.total >= 0 && progress.done >= progress.total;
    const bool ends = complete && (newStage || !m_complete);
    m_complete = complete;
    const bool due = !m_shownAt || m_clock() - *m_shownAt >= kProgressEvery;
    m_waiting = progress;
    // The stage's text is the caller's; ours lives until the stage changes.
    m_waiting->stage = m_stage;
    if (newStage || ends || due)
        flushProgress();
}

void EventWriter::flushProgress()
{
    if (!m_waiting)
        return;
    showProgress(*std::exchange(m_waiting, std::nullopt));
    m_shownAt = m_clock();
}

void EventWriter::showProgress(const Progress &progress)
{
    const double rate = m_rate.rate();
    const double left = m_rate.secondsLeft(progress.total);
    if (m_style.json) {
        writeLine(events::progress(progress, rate, left));
    } else if (m_style.movingLine) {
        write(m_err, "\r\x1b[2K" + terminalLine(progressText(progress, rate, left)));
        m_lineOpen = true;
    }
}

void EventWriter::clearMovingLine()
{
    if (std::exchange(m_lineOpen, false))
        write(m_err, "\r\x1b[2K");
}

void EventWriter::log(std::string_view level, std::string_view message)
{
    const std::scoped_lock lock(m_mutex);
    if (m_style.json) {
        const std::string valid = chat::validUtf8(message);
        writeLine(events::log(level, chat::cutUtf8(valid, kTextLimit)));
        return;
    }
    clearMovingLine();
    const std::string_view colour = m_style.colour ? colourOf(level) : "";
    const std::string_view end = colour.empty() ? "" : "\x1b[0m";
    write(m_err, fmt::format("{}{}:{} {}\n", colour, level, end, terminalText(message)));
}

void EventWriter::event(const json &event)
{
    const std::scoped_lock lock(m_mutex);
    if (m_style.json)
        writeLine(event);
    else
        clearMovingLine();
}

void EventWriter::result(json fields)
{
    const std::scoped_lock lock(m_mutex);
    flushProgress();
    clearMovingLine();
    if (m_style.json)
        writeLine(events::result(std::move(fields)));
}

void EventWriter::error(const Error &error)
{
    const std::scoped_lock lock(m_mutex);
    flushProgress();
    clearMovingLine();
    if (m_style.json) {
        writeLine(events::error(shortened(error)));
        return;
    }
    const std::string_view colour = m_style.colour ? colourOf("error") : "";
    const std::string_view end = colour.empty() ? "" : "\x1b[0m";
    std::string text = fmt::format("{}snug-cli:{} {}\n", colour, end, terminalText(error.message));
    if (!error.hint.empty())
        text += terminalText(error.hint) + "\n";
    write(m_err, text);
}

bool EventWriter::allWritten() const
{
    const std::scoped_lock lock(m_mutex);
    return !m_failed;
}

void EventWriter::writeLine(const json &event)
{
    std::string line = events::toLine(event);
    if (line.size() > events::kMaxLineBytes) {
        m_failed = true;
        line = events::toLine(events::error({ErrorKind::TooLarge,
                                             "The answer is too long for one line.",
                                             {{"limit", static_cast<std::int64_t>(events::kMaxLineBytes)},
                                              {"wanted_bytes", static_cast<std::int64_t>(line.size())}},
                                             "Run the command without --json."}));
    }
    write(m_out, line);
}

void EventWriter::write(std::FILE *file, std::string_view text)
{
    const bool written =
        std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
    if (!written && file == m_out)
        m_failed = true;
}

} // namespace snug::cli
