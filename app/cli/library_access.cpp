// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "app/cli/library_access.h"

#include "core/base/paths.h"
#include "core/hub/environment.h"
#include "core/model/split_files.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

namespace snug::cli {
namespace {

namespace fs = std::filesystem;

#if defined(_WIN32)
constexpr const char *kHomeVariable = "USERPROFILE";
#else
constexpr const char *kHomeVariable = "HOME";
#endif

std::string variable(const char *name)
{
    return hub::processVariable(name).value_or("");
}

fs::path canonicalIfThere(const fs::path &path)
{
    std::error_code error;
    fs::path real = fs::canonical(path, error);
    return error ? path : real;
}

} // namespace

Result<LibraryAccess> openLibrary(const Paths &paths)
{
    SNUG_TRY(const hub::Environment environment, hub::readEnvironment(&hub::processVariable));
    LibraryAccess access;
    access.own = canonicalIfThere(paths.data / "models");
    access.cache = canonicalIfThere(environment.cache);
    access.stores.home = fromUtf8(variable(kHomeVariable));
    access.stores.environment = &variable;
    return access;
}

Result<std::unique_ptr<library::Index>> openIndex(const LibraryAccess &access, const VerbContext &context)
{
    std::error_code error;
    fs::create_directories(access.own, error);
    if (error)
        return fail(
            ErrorKind::Io,
            fmt::format("Snug's folder {} could not be made: {}.", toUtf8(access.own), error.message()),
            {{"path", toUtf8(access.own)}}, "Check who may write there.");
    SNUG_TRY(auto index, library::Index::open(canonicalIfThere(access.own),
                                              context.paths.data / "library.sqlite", context.stop));
    if (index->problem())
        context.log("warning", index->problem()->message);
    if (!index->readOnly())
        SNUG_CHECK(index->refresh(context.stop));
    return index;
}

std::string_view storeTitle(library::Store store)
{
    switch (store) {
    case library::Store::LmStudio:
        return "LM Studio";
    case library::Store::Ollama:
        return "Ollama";
    case library::Store::Jan:
        return "Jan";
    }
    return "another program";
}

std::optional<std::string> pathBelow(const fs::path &folder, const fs::path &path)
{
    std::error_code error;
    fs::path given = fs::absolute(path, error).lexically_normal();
    if (!given.has_filename())
        given = given.parent_path();
    const fs::path real = fs::weakly_canonical(given.parent_path(), error) / given.filename();
    const fs::path inside = real.lexically_relative(canonicalIfThere(folder));
    if (error || inside.empty() || *inside.begin() == "..")
        return std::nullopt;
    if (inside == ".")
        return std::string();
    const std::u8string text = inside.generic_u8string();
    return std::string(text.begin(), text.end());
}

std::vector<fs::path> partsOf(const fs::path &file)
{
    const auto split = parseSplitName(toUtf8(file.filename()));
    if (!split)
        return {file};
    std::vector<fs::path> parts;
    for (std::int64_t part = 1; part <= split->count; ++part)
        parts.push_back(splitPartPath(file, part, split->count).value_or(file));
    return parts;
}

std::int64_t nowMs()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

nlohmann::json timeJson(std::int64_t ms)
{
    if (ms <= 0)
        return nullptr;
    constexpr std::int64_t kMsPerSecond = 1000;
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(ms / kMsPerSecond)));
}

std::int64_t writtenMs(const fs::path &file)
{
    using namespace std::chrono;
    std::error_code error;
    const fs::file_time_type written = fs::last_write_time(file, error);
    return error ? 0 : duration_cast<milliseconds>(file_clock::to_sys(written).time_since_epoch()).count();
}

} // namespace snug::cli
