// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <stop_token>

namespace snug::cli {

// Asks the program to stop when its user or its parent wants it to:
//
//   SIGINT, SIGTERM (Ctrl+C, closed console)  a stop request; the second one ends the process at once
//   end of stdin, while it is a pipe          a stop request, because a parent died or closed it; a process
//                                             that is still there three seconds later ends by force
//
// A stdin that is a terminal, a file or /dev/null says nothing. Forced ends have exit code 130. One instance,
// owned by main; it has a thread of its own that never computes, so that a busy engine cannot hold it up.
class Cancellation {
public:
    enum class Stdin { Watch, LeaveToVerb };

    // Takes over the signals. REQUIRES: no other thread runs yet.
    explicit Cancellation(Stdin input);
    ~Cancellation();
    Cancellation(const Cancellation &) = delete;
    Cancellation &operator=(const Cancellation &) = delete;

    [[nodiscard]] std::stop_token token() const;

    // Asked on this object's thread before an interrupt counts as a stop request; true: it was taken care of.
    void setInterruptHandler(std::function<bool()> handler);

private:
    class Watcher;
    std::unique_ptr<Watcher> m_watcher;
};

} // namespace snug::cli
