// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/plugins.h"

#include "backends/llama/dynamic_library.h"
#include "backends/llama/engine_log.h"
#include "backends/llama/loader_error.h"
#include "core/base/paths.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ggml-backend.h>
#include <utility>

namespace snug::llama {
namespace {

// File names are libggml-NAME[-VARIANT].so, ggml-NAME[-VARIANT].dll.
constexpr std::array kBackends = {
    std::pair{std::string_view("cpu"), std::string_view("CPU")},
    std::pair{std::string_view("cuda"), std::string_view("CUDA")},
    std::pair{std::string_view("metal"), std::string_view("Metal")},
    std::pair{std::string_view("rpc"), std::string_view("RPC")},
    std::pair{std::string_view("vulkan"), std::string_view("Vulkan")},
};

bool dropPrefix(std::string_view &text, std::string_view prefix)
{
    const bool there = text.starts_with(prefix);
    if (there)
        text.remove_prefix(prefix.size());
    return there;
}

// How well a variant suits this processor; 0: it would crash. A plugin without an opinion suits every
// processor.
Result<int> score(const std::filesystem::path &file)
{
    const auto library = DynamicLibrary::open(file);
    if (!library)
        return tl::make_unexpected(explainLoaderError(library.error(), linuxDistribution()));
    const auto function = library->function<int (*)()>("ggml_backend_score");
    return function == nullptr ? 1 : function();
}

} // namespace

std::filesystem::path pluginFolder()
{
    const char *folder = std::getenv("SNUG_PLUGIN_DIR");
    if (folder != nullptr && *folder != '\0')
        return fromUtf8(folder);
    return executableFolder().parent_path() / "lib" / "snug";
}

std::optional<std::string> backendOfPlugin(std::string_view fileName)
{
    const std::size_t dot = fileName.rfind('.');
    if (dot == fileName.npos)
        return std::nullopt;
    const std::string_view extension = fileName.substr(dot);
    std::string_view name = fileName.substr(0, dot);
    dropPrefix(name, "lib");
    if ((extension != ".so" && extension != ".dll" && extension != ".dylib") || !dropPrefix(name, "ggml-"))
        return std::nullopt;
    for (const auto &[key, backend] : kBackends) {
        if (std::string_view rest = name; dropPrefix(rest, key) && (rest.empty() || rest.front() == '-'))
            return std::string(backend);
    }
    return std::nullopt;
}

std::vector<Plugin> installedPlugins()
{
    std::vector<Plugin> plugins;
    plugins.reserve(kBackends.size());
    for (const auto &[key, backend] : kBackends)
        plugins.push_back({std::string(backend), {}});
    std::error_code error;
    for (std::filesystem::directory_iterator entry(pluginFolder(), error), end; !error && entry != end;
         entry.increment(error)) {
        const auto backend = backendOfPlugin(toUtf8(entry->path().filename()));
        for (Plugin &plugin : plugins) {
            if (plugin.backend == backend)
                plugin.files.push_back(entry->path());
        }
    }
    std::erase_if(plugins, [](const Plugin &plugin) { return plugin.files.empty(); });
    for (Plugin &plugin : plugins)
        std::sort(plugin.files.begin(), plugin.files.end());
    return plugins;
}

std::vector<std::string> knownBackends()
{
#if defined(__APPLE__)
    return {"CPU", "Metal"};
#else
    return {"CPU", "CUDA", "Vulkan"};
#endif
}

Result<std::filesystem::path> bestVariant(const Plugin &plugin)
{
    int bestScore = 0;
    std::filesystem::path best;
    Error problem{ErrorKind::Unsupported,
                  "This processor lacks instructions that the plugin was built with.",
                  {},
                  "Build Snug with -DSNUG_CPU_ALL_VARIANTS=ON."};
    for (const auto &file : plugin.files) {
        const auto points = score(file);
        if (!points)
            problem = points.error();
        else if (*points > bestScore) {
            bestScore = *points;
            best = file;
        }
    }
    if (bestScore == 0)
        return tl::make_unexpected(std::move(problem));
    return best;
}

Result<void> loadPlugin(const Plugin &plugin)
{
    SNUG_TRY(const auto file, bestVariant(plugin));
    forgetEngineErrors();
    if (ggml_backend_load(toUtf8(file).c_str()) != nullptr)
        return {};
    const std::string words = lastEngineError();
    const bool noDriver = words.find("returned NULL") != words.npos;
    return fail(ErrorKind::Unsupported,
                noDriver ? "The driver could not be started."
                         : "The plugin does not belong to this version of the engine.",
                {{"path", toUtf8(file)}, {"log", words}},
                noDriver ? "Install the driver of your graphics card, or update it." : "Install Snug again.");
}

Result<void> loadPlugins()
{
    if (ggml_backend_reg_count() > 0)
        return {};
    Error cpuProblem{ErrorKind::Unsupported, "There is no CPU plugin.", {}, ""};
    for (const Plugin &plugin : installedPlugins()) {
        // A GPU without its driver is no failure: `devices` tells why it is missing.
        if (auto loaded = loadPlugin(plugin); !loaded && plugin.backend == "CPU")
            cpuProblem = std::move(loaded).error();
    }
    if (ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) != nullptr)
        return {};
    cpuProblem.message = "The engine cannot start: " + cpuProblem.message;
    cpuProblem.detail.emplace_back("path", toUtf8(pluginFolder()));
    if (cpuProblem.hint.empty())
        cpuProblem.hint = "Install Snug again.";
    return tl::make_unexpected(std::move(cpuProblem));
}

} // namespace snug::llama
