// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/host_memory.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <utility>

#if defined(_WIN32)
#include <array>
#include <windows.h>
#elif defined(__APPLE__)
#include <array>
#include <mach/mach.h>
#include <sys/sysctl.h>
#endif

namespace snug {
namespace {

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kBlanks);
    return first == text.npos ? std::string_view()
                              : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// The number at the beginning, without a sign.
std::optional<std::int64_t> number(std::string_view text)
{
    text = trimmed(text);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && value >= 0 ? std::optional(value) : std::nullopt;
}

// What follows `name` and `separator` on the line that begins with them.
std::optional<std::string_view> field(std::string_view text, std::string_view name, char separator)
{
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t middle = line.find(separator);
        if (middle != line.npos && trimmed(line.substr(0, middle)) == name)
            return trimmed(line.substr(middle + 1));
    }
    return std::nullopt;
}

#if !defined(_WIN32) && !defined(__APPLE__)

std::string readText(const std::filesystem::path &path)
{
    constexpr std::size_t kLimit = std::size_t{1} << 20;
    std::ifstream in(path, std::ios::binary);
    std::string text(kLimit, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
    return text;
}

// Version 2 of control groups: every group up to the root may have a limit of its own.
HostMemory limitedByGroups(HostMemory memory)
{
    const std::filesystem::path root = "/sys/fs/cgroup";
    const std::string groups = readText("/proc/self/cgroup");
    const std::size_t at = groups.find("0::/");
    if (at == groups.npos)
        return memory;
    const std::string_view own = std::string_view(groups).substr(at + 4);
    std::filesystem::path group = root / own.substr(0, own.find('\n'));
    for (std::size_t depth = 0; depth < 64; ++depth) {
        memory = limitedBy(std::move(memory), readText(group / "memory.max"),
                           readText(group / "memory.current"), readText(group / "memory.stat"));
        if (group == root || group == group.parent_path())
            break;
        group = group.parent_path();
    }
    return memory;
}

#endif

} // namespace

std::optional<HostMemory> parseMemInfo(std::string_view text)
{
    constexpr std::int64_t kMostKib = std::int64_t{1} << 50;
    const auto bytes = [&](std::string_view name) -> std::optional<std::int64_t> {
        const auto found = field(text, name, ':');
        const auto kib = found ? number(*found) : std::nullopt;
        return kib && *kib <= kMostKib ? std::optional(*kib * 1024) : std::nullopt;
    };
    const auto total = bytes("MemTotal");
    const auto available = bytes("MemAvailable");
    if (!total || !available)
        return std::nullopt;
    return HostMemory{*total, std::min(*available, *total), "Linux MemAvailable"};
}

std::string parseProcessorName(std::string_view text)
{
    for (const std::string_view name : {"model name", "Model", "Hardware", "cpu"}) {
        if (const auto found = field(text, name, ':'); found && !found->empty())
            return std::string(*found);
    }
    return {};
}

HostMemory limitedBy(HostMemory memory, std::string_view max, std::string_view current, std::string_view stat)
{
    const auto limit = number(max);
    if (!limit)
        return memory;
    const auto idle = field(stat, "inactive_file", ' ');
    const std::int64_t pages = idle ? number(*idle).value_or(0) : 0;
    const std::int64_t used = std::max<std::int64_t>(number(current).value_or(0) - pages, 0);
    const std::int64_t free = std::max<std::int64_t>(*limit - used, 0);
    memory.totalBytes = std::min(memory.totalBytes, *limit);
    if (free < memory.freeBytes) {
        memory.freeBytes = free;
        memory.source = "cgroup limit";
    }
    return memory;
}

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
    DWORD size = static_cast<DWORD>(name.size() - 1);
    RegGetValueA(HKEY_LOCAL_MACHINE, "HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0",
                 "ProcessorNameString", RRF_RT_REG_SZ, nullptr, name.data(), &size);
    return std::string(trimmed(name.data()));
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

HostMemory hostMemory()
{
    auto memory = parseMemInfo(readText("/proc/meminfo"));
    return memory ? limitedByGroups(*std::move(memory)) : HostMemory{};
}

std::string processorName()
{
    return parseProcessorName(readText("/proc/cpuinfo"));
}

#endif

} // namespace snug
