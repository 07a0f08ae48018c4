// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/download/journal.h"

#include "core/base/atomic_file.h"
#include "core/base/boot_id.h"
#include "core/base/paths.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <bit>
#include <optional>
#include <system_error>

namespace snug::download {
namespace {

using nlohmann::json;

constexpr std::int64_t kSchema = 1;
constexpr std::int64_t kLimitBytes = 1 << 20; // 500 GB in pieces of 16 MiB are 8 KiB
constexpr int kDepth = 2;

std::string toText(const ExpectedHash &hash)
{
    switch (hash.kind) {
    case HashKind::Sha256:
        return "sha256:" + hash.hex;
    case HashKind::GitSha1:
        return "git-sha1:" + hash.hex;
    case HashKind::None:
        break;
    }
    return {};
}

std::optional<std::string> text(const json &object, const char *key)
{
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string())
        return std::nullopt;
    return found->get<std::string>();
}

std::optional<std::int64_t> integer(const json &object, const char *key)
{
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer() ||
        (found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX))
        return std::nullopt;
    return found->get<std::int64_t>();
}

tl::unexpected<Error> damaged(const std::filesystem::path &path)
{
    return fail(ErrorKind::Corrupt, fmt::format("{} is damaged.", toUtf8(path)), {{"path", toUtf8(path)}});
}

bool isPieceSize(std::int64_t bytes)
{
    return bytes >= PieceMap::kLeastPieceBytes && bytes <= PieceMap::kMostPieceBytes &&
           std::has_single_bit(static_cast<std::uint64_t>(bytes));
}

bool isOf(const json &object, const Identity &identity)
{
    return text(object, "repository") == identity.repository && text(object, "commit") == identity.commit &&
           text(object, "path") == identity.path;
}

std::filesystem::path livePath(std::filesystem::path path)
{
    path += ".live";
    return path;
}

// And what a killed program left of the next one.
void removeWithUnfinished(const std::filesystem::path &path)
{
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    std::filesystem::remove(unfinishedPath(path), ignored);
}

json toJson(const Journal &journal)
{
    return {{"schema", kSchema},
            {"repository", journal.identity.repository},
            {"commit", journal.identity.commit},
            {"path", journal.identity.path},
            {"size", journal.pieces.fileBytes()},
            {"hash", toText(journal.hash)},
            {"etag", journal.etag},
            {"piece_size", journal.pieces.pieceBytes()},
            {"pieces", journal.pieces.toHex()}};
}

std::string textOf(const json &object)
{
    return object.dump(-1, ' ', true, json::error_handler_t::replace) + "\n";
}

Result<json> read(const std::filesystem::path &path)
{
    SNUG_TRY(const std::string content, readSmallFile(path, kLimitBytes));
    bool tooDeep = false;
    json object = json::parse(
        content,
        [&tooDeep](int depth, json::parse_event_t, json &) {
            tooDeep = tooDeep || depth > kDepth;
            return !tooDeep;
        },
        false);
    if (tooDeep || !object.is_object() || integer(object, "schema") != kSchema)
        return damaged(path);
    return object;
}

bool isOfThisBoot(const json &object)
{
    const std::string boot = bootId();
    return !boot.empty() && text(object, "boot") == boot;
}

Result<Journal> fromJson(const json &object, const std::filesystem::path &path, const Journal &wanted)
{
    const auto etag = text(object, "etag");
    const auto hex = text(object, "pieces");
    const auto pieceBytes = integer(object, "piece_size");
    if (!etag || !hex || !pieceBytes || !isPieceSize(*pieceBytes))
        return damaged(path);
    const bool named = wanted.hash.kind != HashKind::None; // by its content, wherever it comes from
    if ((!named && !isOf(object, wanted.identity)) || integer(object, "size") != wanted.pieces.fileBytes() ||
        text(object, "hash") != toText(wanted.hash))
        return fail(ErrorKind::InvalidArgument, fmt::format("{} belongs to another file.", toUtf8(path)),
                    {{"path", toUtf8(path)}});
    auto pieces = PieceMap::fromHex(wanted.pieces.fileBytes(), *pieceBytes, *hex);
    if (!pieces)
        return damaged(path);
    return Journal{wanted.identity, wanted.hash, *etag, *std::move(pieces)};
}

} // namespace

std::filesystem::path journalPath(const std::filesystem::path &part)
{
    auto path = part;
    path += ".json";
    return path;
}

Result<void> saveJournal(const std::filesystem::path &path, const Journal &journal)
{
    return writeFileAtomically(path, textOf(toJson(journal)), Writers::One);
}

Result<void> saveLiveJournal(const std::filesystem::path &path, const Journal &journal)
{
    json object = toJson(journal);
    object["boot"] = bootId();
    return replaceFile(livePath(path), textOf(object), Writers::One);
}

void removeJournal(const std::filesystem::path &path)
{
    removeWithUnfinished(path);
    removeLiveJournal(path);
}

void removeLiveJournal(const std::filesystem::path &path)
{
    removeWithUnfinished(livePath(path));
}

Result<Journal> loadJournal(const std::filesystem::path &path, const Journal &wanted)
{
    if (const auto live = read(livePath(path)); live && isOfThisBoot(*live)) {
        if (auto journal = fromJson(*live, path, wanted))
            return journal;
    }
    SNUG_TRY(const json object, read(path));
    return fromJson(object, path, wanted);
}

} // namespace snug::download
