// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/boot_id.h"

#if defined(__linux__)
#include <fstream>
#elif defined(__APPLE__)
#include <array>
#include <sys/sysctl.h>
#endif

namespace snug {

std::string bootId()
{
#if defined(__linux__)
    std::ifstream in("/proc/sys/kernel/random/boot_id");
    std::string id;
    std::getline(in, id);
    return id;
#elif defined(__APPLE__)
    std::array<char, 64> id{};
    std::size_t size = id.size() - 1;
    return sysctlbyname("kern.bootsessionuuid", id.data(), &size, nullptr, 0) == 0 ? id.data() : "";
#else
    return {};
#endif
}

} // namespace snug
