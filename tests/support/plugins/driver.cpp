// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT

// The library of a driver, there when the plugin is linked and gone when it is loaded.
extern "C" int snugTestDriver()
{
    return 1;
}
