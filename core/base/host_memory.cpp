// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/host_memory.h"

#include <algorithm>
#include <fstream>

#if defined(_WIN32)
#include <array>
#include <windows.h>
#elif defined(__APPLE__)
#include <array>
#include <mach/mach.h>
#include <sys/sysctl.h>
#endif

namespace snug {

#if defined(_WIN32)

HostMemory hostMemory()
{
    MEMORYSTATUSEX status{};
    status.dwLength = sizeof status;
    if (GlobalMemoryStatusEx(&status) == 0)
        return {};
    return {static_cast<std::int64_t>(status.ullTotalPhys), static_cast<std::int64_t>(status.ullAvailPhys),
            "Windows"};
}

std::string processorName()
{
    std::array<char, 256> name{};
    DWORD size = name.size() - 1;
    RegGetValueA(HKEY_LOCAL_MACHINE, "HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0",
                 "ProcessorNameString", RRF_RT_REG_SZ, nullptr, name.data(), &size);
    return name.data();
}

#elif defined(__APPLE__)

HostMemory hostMemory()
{
    std::int64_t total = 0;
    std::size_t size = sizeof total;
    sysctlbyname("hw.memsize", &total, &size, nullptr, 0);
    vm_statistics64_data_t pages{};
    mach_msg_type_number_t count = HOST_VM_INFO64_COUNT;
    if (host_statistics64(mach_host_self(), HOST_VM_INFO64, reinterpret_cast<host_info64_t>(&pages),
                          &count) != KERN_SUCCESS)
        return {total, 0, "macOS"};
    const auto available =
        static_cast<std::int64_t>(pages.free_count) + pages.inactive_count + pages.purgeable_count;
    return {total, available * static_cast<std::int64_t>(vm_kernel_page_size), "macOS"};
}

std::string processorName()
{
    std::array<char, 256> name{};
    std::size_t size = name.size() - 1;
    sysctlbyname("machdep.cpu.brand_string", name.data(), &size, nullptr, 0);
    return name.data();
}

#else

namespace {

// "MemTotal:       24610584 kB" -> bytes; 0 if the line is missing.
std::int64_t meminfo(const std::string &key)
{
    std::ifstream in("/proc/meminfo");
    std::string name;
    std::int64_t kib = 0;
    std::string unit;
    while (in >> name >> kib && std::getline(in, unit)) {
        if (name == key + ":")
            return kib * 1024;
    }
    return 0;
}

// A number in a one-line file; -1 if there is none ("max").
std::int64_t numberIn(const char *path)
{
    std::ifstream in(path);
    std::int64_t value = -1;
    return in >> value ? value : -1;
}

} // namespace

HostMemory hostMemory()
{
    HostMemory memory{meminfo("MemTotal"), meminfo("MemAvailable"), "Linux MemAvailable"};
    const std::int64_t limit = numberIn("/sys/fs/cgroup/memory.max");
    const std::int64_t used = numberIn("/sys/fs/cgroup/memory.current");
    if (limit > 0 && used >= 0 && limit < memory.totalBytes)
        memory = {limit, std::clamp<std::int64_t>(limit - used, 0, memory.freeBytes), "cgroup limit"};
    return memory;
}

std::string processorName()
{
    std::ifstream in("/proc/cpuinfo");
    std::string line;
    while (std::getline(in, line)) {
        const auto colon = line.find(": ");
        if (colon != std::string::npos && line.starts_with("model name"))
            return line.substr(colon + 2);
    }
    return {};
}

#endif

} // namespace snug
