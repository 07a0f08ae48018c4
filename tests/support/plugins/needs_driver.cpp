// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// A plugin whose driver is not installed.
extern "C" int snugTestDriver();

extern "C" int snugTestPlugin()
{
    return snugTestDriver();
}
