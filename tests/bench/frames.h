// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QQuickWindow>

#include <functional>
#include <string>
#include <vector>

namespace snug::bench {

// Milliseconds from a change of the window to the end of the frame that shows it, and those that the window's
// thread worked in it: the second do not count who else uses the machine, nor the pause that the platform
// makes before each frame. 0 where the system does not tell.
struct Frame {
    double took = 0;
    double worked = 0;
};
[[nodiscard]] Frame frameOf(QQuickWindow &window, const std::function<void()> &change);

// The same in a turn of a screen of 60 Hz: what is left of the turn belongs to what the window prepares.
[[nodiscard]] Frame frameInTurn(QQuickWindow &window, const std::function<void()> &change);

// "600 frames: median 2.1 ms, 99th percentile 5.0 ms, slowest 7.2 ms; over 16 ms: 0, 33 ms: 0, 50 ms: 0".
[[nodiscard]] std::string frameFigures(std::vector<double> milliseconds);

// Proportional set size of this process; 0 where the system does not tell.
[[nodiscard]] double ownMemoryMiB();

} // namespace snug::bench
