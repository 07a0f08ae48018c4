// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/preset_store.h"

#include "core/chat/conversation_database.h"
#include "core/chat/utf8_stream.h"

#include <nlohmann/json.hpp>

namespace snug::chat {
namespace {

tl::unexpected<Error> noPreset()
{
    return fail(ErrorKind::NotFound, "This preset is no longer there.");
}

Result<void> check(const Preset &preset)
{
    if (preset.name.find_first_not_of(" \t\r\n") == std::string::npos)
        return fail(ErrorKind::InvalidArgument, "A preset needs a name.");
    if (!nlohmann::json::parse(preset.sampling, nullptr, false).is_object())
        return fail(ErrorKind::InvalidArgument, "The sampling of a preset must be a JSON object.");
    return {};
}

} // namespace

Result<std::vector<Preset>> PresetStore::list(std::string_view model)
{
    return guarded([&]() -> Result<std::vector<Preset>> {
        SQLite::Statement rows(m_database,
                               "SELECT id, name, model, sampling, grammar, json_schema FROM presets "
                               "WHERE model = '' OR model = ? ORDER BY name COLLATE NOCASE, id");
        rows.bind(1, validUtf8(model));
        const auto text = [&rows](int column) { return validUtf8(rows.getColumn(column).getString()); };
        std::vector<Preset> presets;
        while (rows.executeStep())
            presets.push_back({rows.getColumn(0).getInt64(), text(1), text(2), text(3), text(4), text(5)});
        return presets;
    });
}

Result<Preset> PresetStore::save(Preset preset)
{
    return guarded([&]() -> Result<Preset> {
        SNUG_CHECK(check(preset));
        SQLite::Statement statement(
            m_database, preset.id == 0 ? "INSERT INTO presets (name, model, sampling, grammar, json_schema) "
                                         "VALUES (?, ?, ?, ?, ?)"
                                       : "UPDATE presets SET name = ?, model = ?, sampling = ?, grammar = ?, "
                                         "json_schema = ? WHERE id = ?");
        int at = 0;
        for (const std::string *text :
             {&preset.name, &preset.model, &preset.sampling, &preset.grammar, &preset.jsonSchema})
            statement.bind(++at, validUtf8(*text));
        if (preset.id != 0)
            statement.bind(++at, preset.id);
        if (statement.exec() == 0)
            return noPreset();
        if (preset.id == 0)
            preset.id = m_database.getLastInsertRowid();
        return std::move(preset);
    });
}

Result<void> PresetStore::remove(std::int64_t preset)
{
    return guarded([&]() -> Result<void> {
        SQLite::Statement statement(m_database, "DELETE FROM presets WHERE id = ?");
        statement.bind(1, preset);
        if (statement.exec() == 0)
            return noPreset();
        return {};
    });
}

} // namespace snug::chat
