// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/adapter/adapter.h"

#include "core/base/atomic_file.h"
#include "core/base/paths.h"
#include "core/gguf/random_reader.h"
#include "core/safetensors/reader.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

namespace snug::convert {
namespace {

namespace fs = std::filesystem;

constexpr const char *kConfigName = "adapter_config.json";
constexpr const char *kWeightsName = "adapter_model.safetensors";
constexpr std::int64_t kMostConfigFile = std::int64_t{4} << 20;

} // namespace

bool isAdapter(const fs::path &folder)
{
    std::error_code error;
    return fs::is_regular_file(folder / kConfigName, error);
}

Result<AdapterConfig> readAdapterConfig(const fs::path &folder)
{
    SNUG_TRY(const std::string text, readSmallFile(folder / kConfigName, kMostConfigFile));
    return AdapterConfig::parse(text);
}

Result<Adapter> readAdapter(const fs::path &folder, AdapterConfig config, nlohmann::json base)
{
    const fs::path path = folder / kWeightsName;
    std::error_code error;
    if (!fs::is_regular_file(path, error))
        return fail(ErrorKind::NotFound, fmt::format("There is no {} in {}.", kWeightsName, toUtf8(folder)),
                    {{"reason", std::string("no_weights")}, {"path", toUtf8(folder)}},
                    "Save the adapter in safetensors; Snug does not read the older adapter_model.bin.");
    SNUG_TRY(const auto file, gguf::FileReader::open(path));
    auto header = safetensors::readHeader(*file);
    if (!header) {
        header.error().detail.emplace_back("path", toUtf8(path));
        return tl::make_unexpected(std::move(header).error());
    }
    Adapter adapter{std::move(config), {}};
    adapter.checkpoint.config = std::move(base);
    SNUG_CHECK(addShard(adapter.checkpoint, kWeightsName, *std::move(header)));
    return adapter;
}

} // namespace snug::convert
