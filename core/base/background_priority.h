// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

namespace snug {

// From now on the system gives this program the processor, and where it can the disk, only as far as programs
// that somebody waits for leave them: alone it is as fast as ever. Never raises a priority. On Linux it is
// about the calling thread and those that it starts from now on.
void takeBackgroundPriority();

} // namespace snug
