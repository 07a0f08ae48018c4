// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/paths.h"
#include "core/base/progress.h"
#include "core/base/result.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <stop_token>

namespace snug::cli {

// What a running verb may use. Lives in `main`, outlives the verb.
struct VerbContext {
    Paths paths;
    bool json = false;     // --json: JSON Lines; otherwise text for people
    bool terminal = false; // stdout is a terminal: colours and a moving progress line are welcome
    ProgressFn progress;   // throttled to ten a second; call as often as you like
    std::function<void(nlohmann::json)> ready; // `serve` only; --json only
    std::function<void(nlohmann::json)> event; // a verb's own kind of line, with its "event"; --json only
    std::function<void(std::string_view level, std::string_view message)> log;
    std::function<bool()> written; // false once the reader of stdout has gone
    std::stop_token stop;          // closed stdin, SIGINT or SIGTERM
    // For a verb that makes its own use of Ctrl+C: asked on another thread before an interrupt becomes
    // `stop`; true: it was taken care of. An empty function ends that.
    std::function<void(std::function<bool()>)> onInterrupt;
};

// One verb of `snug-cli`: one file, one class. Used on the main thread.
class Verb {
public:
    virtual ~Verb() = default;

    // Options only; no work.
    virtual void define(CLI::App &app) = 0;

    // True if the arguments say that stdin is the user's input; then its end is no request to stop.
    [[nodiscard]] virtual bool readsStdin() const { return false; }

    // The fields of the `result` event. With --json, main prints them as the last line; without, `print`
    // shows them.
    [[nodiscard]] virtual Result<nlohmann::json> run(const VerbContext &context) = 0;

    // The answer for people, on stdout. A verb that talks while it runs prints nothing here.
    virtual void print(const nlohmann::json &result, const VerbContext &context) const = 0;
};

} // namespace snug::cli
