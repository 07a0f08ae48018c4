// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/loader_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <string>

namespace snug::llama {
namespace {

struct Package {
    std::string_view library; // how the name of the file begins
    std::string_view what;
    std::string_view debian;
    std::string_view fedora;
    std::string_view arch;
    std::string_view suse;
};

// Which package has which library. Without a name: the distribution has none of its own.
constexpr std::array kPackages = {
    Package{"libvulkan", "the Vulkan loader", "libvulkan1 mesa-vulkan-drivers",
            "vulkan-loader mesa-vulkan-drivers", "vulkan-icd-loader", "libvulkan1"},
    Package{"libcuda.", "NVIDIA's driver, if there is an NVIDIA card in this computer", "nvidia-driver", "",
            "nvidia-utils", ""},
    Package{"libcudart", "the CUDA runtime of the version in the library's name", "", "", "cuda", ""},
    Package{"libcublas", "the CUDA runtime of the version in the library's name", "", "", "cuda", ""},
    Package{"libgomp", "the OpenMP runtime", "libgomp1", "libgomp", "gcc-libs", "libgomp1"},
};

std::string commandFor(const Package &package, Distribution distribution)
{
    const auto command = [](std::string_view tool, std::string_view name) {
        return name.empty() ? std::string() : fmt::format("{} {}", tool, name);
    };
    switch (distribution) {
    case Distribution::Debian:
        return command("sudo apt install", package.debian);
    case Distribution::Fedora:
        return command("sudo dnf install", package.fedora);
    case Distribution::Arch:
        return command("sudo pacman -S", package.arch);
    case Distribution::Suse:
        return command("sudo zypper install", package.suse);
    case Distribution::Unknown:
        break;
    }
    return {};
}

const Package *packageOf(std::string_view library)
{
    const auto *found = std::find_if(kPackages.begin(), kPackages.end(), [library](const Package &package) {
        return library.starts_with(package.library);
    });
    return found == kPackages.end() ? nullptr : found;
}

std::string hintFor(std::string_view library, const std::string &command)
{
    const Package *package = packageOf(library);
    if (package == nullptr)
        return fmt::format("Install the package that contains {}.", library);
    return command.empty() ? fmt::format("Install {}.", package->what)
                           : fmt::format("Install {}: {}", package->what, command);
}

// The library that is missing: "libcuda.so.1: cannot open shared object file: ..." on Linux, "Library not
// loaded: @rpath/libfoo.dylib" on macOS. Empty if the words speak of something else.
std::string missingLibrary(std::string_view loader)
{
    constexpr std::string_view kLinux = ": cannot open shared object file";
    constexpr std::string_view kMac = "Library not loaded: ";
    if (const std::size_t end = loader.find(kLinux); end != loader.npos) {
        const std::string_view name = loader.substr(0, end);
        return std::string(name.substr(name.rfind('/') + 1));
    }
    if (const std::size_t start = loader.find(kMac); start != loader.npos) {
        std::string_view name = loader.substr(start + kMac.size());
        name = name.substr(0, name.find_first_of("\n "));
        return std::string(name.substr(name.rfind('/') + 1));
    }
    return {};
}

std::string_view osReleaseValue(std::string_view text, std::string_view key)
{
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.starts_with(key) && line.size() > key.size() && line[key.size()] == '=')
            return line.substr(key.size() + 1);
    }
    return {};
}

} // namespace

Distribution parseDistribution(std::string_view osRelease)
{
    const std::string names =
        fmt::format("{} {}", osReleaseValue(osRelease, "ID"), osReleaseValue(osRelease, "ID_LIKE"));
    const auto is = [&names](std::string_view name) { return names.find(name) != names.npos; };
    if (is("debian") || is("ubuntu"))
        return Distribution::Debian;
    if (is("fedora") || is("rhel"))
        return Distribution::Fedora;
    if (is("arch"))
        return Distribution::Arch;
    return is("suse") ? Distribution::Suse : Distribution::Unknown;
}

Distribution linuxDistribution()
{
    std::ifstream in("/etc/os-release");
    std::string text(16384, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    return parseDistribution(std::string_view(text).substr(0, static_cast<std::size_t>(in.gcount())));
}

std::string installCommand(std::string_view library, Distribution distribution)
{
    const Package *package = packageOf(library);
    return package == nullptr ? std::string() : commandFor(*package, distribution);
}

Error explainLoaderError(const Error &error, Distribution distribution)
{
    std::string loader;
    for (const auto &[name, value] : error.detail) {
        if (name == "loader" && std::holds_alternative<std::string>(value))
            loader = std::get<std::string>(value);
    }
    const std::string library = missingLibrary(loader);
    if (library.empty())
        return {ErrorKind::Unsupported,
                "The plugin is damaged or made for another system.",
                {{"loader", loader}},
                "Install Snug again."};
    const std::string command = installCommand(library, distribution);
    return {ErrorKind::Unsupported,
            fmt::format("The driver library {} is not installed.", library),
            {{"loader", loader}, {"library", library}, {"command", command}},
            hintFor(library, command)};
}

} // namespace snug::llama
