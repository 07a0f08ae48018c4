// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/plugins.h"

#include "backends/llama/dynamic_library.h"
#include "core/base/paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ggml-backend.h>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace snug::llama {
namespace {

// File names are libggml-NAME[-VARIANT].so, ggml-NAME[-VARIANT].dll.
constexpr std::array kBackends = {
    std::pair{std::string_view("cpu"), std::string_view("CPU")},
    std::pair{std::string_view("cuda"), std::string_view("CUDA")},
    std::pair{std::string_view("vulkan"), std::string_view("Vulkan")},
    std::pair{std::string_view("metal"), std::string_view("Metal")},
    std::pair{std::string_view("rpc"), std::string_view("RPC")},
};

std::optional<std::size_t> backendOf(const std::filesystem::path &file)
{
    const std::string extension = toUtf8(file.extension());
    if (extension != ".so" && extension != ".dll" && extension != ".dylib")
        return std::nullopt;
    std::string name = toUtf8(file.stem());
    for (const std::string_view prefix : {"lib", "ggml-"}) {
        if (name.starts_with(prefix))
            name.erase(0, prefix.size());
        else if (prefix == "ggml-")
            return std::nullopt;
    }
    for (std::size_t i = 0; i < kBackends.size(); ++i) {
        if (name == kBackends[i].first || name.starts_with(std::string(kBackends[i].first) + "-"))
            return i;
    }
    return std::nullopt;
}

// How well a variant suits this processor; 0: it would crash. A plugin without an opinion suits every
// processor.
int score(const std::filesystem::path &file)
{
    const auto library = DynamicLibrary::open(file);
    if (!library)
        return 0;
    const auto function = library->function<int (*)()>("ggml_backend_score");
    return function == nullptr ? 1 : function();
}

} // namespace

std::filesystem::path pluginFolder()
{
    if (const char *folder = std::getenv("SNUG_PLUGIN_DIR"))
        return fromUtf8(folder);
    return executableFolder().parent_path() / "lib" / "snug";
}

std::vector<Plugin> installedPlugins()
{
    std::vector<std::pair<std::size_t, Plugin>> found;
    std::error_code ignored;
    for (const auto &entry : std::filesystem::directory_iterator(pluginFolder(), ignored)) {
        if (const auto backend = backendOf(entry.path()))
            found.push_back({*backend, {std::string(kBackends[*backend].second), entry.path()}});
    }
    std::sort(found.begin(), found.end(), [](const auto &a, const auto &b) {
        return std::tie(a.first, a.second.file) < std::tie(b.first, b.second.file);
    });
    std::vector<Plugin> plugins;
    for (auto &[order, plugin] : found)
        plugins.push_back(std::move(plugin));
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

Result<void> loadPlugins()
{
    if (ggml_backend_reg_count() > 0)
        return {};
    std::map<std::string, std::pair<int, std::filesystem::path>> best;
    for (const auto &plugin : installedPlugins()) {
        const int points = score(plugin.file);
        auto &[bestPoints, file] = best[plugin.backend];
        if (points > bestPoints) {
            bestPoints = points;
            file = plugin.file;
        }
    }
    for (const auto &[backend, choice] : best) {
        if (choice.first > 0)
            ggml_backend_load(toUtf8(choice.second).c_str());
    }
    if (ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) == nullptr)
        return fail(ErrorKind::Unsupported, "The engine has no CPU plugin that runs on this processor.",
                    {{"path", toUtf8(pluginFolder())}},
                    "Install Snug again, or build it with -DSNUG_CPU_ALL_VARIANTS=ON.");
    return {};
}

} // namespace snug::llama
