// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/config.h"
#include "core/convert/front_matter.h"
#include "core/convert/model_card.h"
#include "tests/fuzz/parts.h"
#include "tests/fuzz/written.h"

#include <nlohmann/json.hpp>

// Any bytes as what tells about a model, with zero bytes between them: the name of its folder, README.md,
// generation_config.json, config.json.

using namespace snug;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string bytes(data, data + size);
    std::string_view text = bytes;
    const std::string_view name = fuzz::takePart(text);
    test::MadeTexts texts;
    fuzz::takeFiles(texts, {"README.md", "generation_config.json", "config.json"}, text);
    const auto said = texts.read("config.json", INT64_MAX);
    auto config = convert::parseConfig(said && *said ? **said : "{}");
    const nlohmann::json model = config ? *std::move(config) : nlohmann::json::object();
    // A folder's name is text; whoever found it made sure of that.
    const std::string folder = gguf::isUtf8(name) ? std::string(name) : gguf::escaped(name);
    fuzz::checkKeys(convert::modelCardKeys({folder, &model, {1'000'000'000, 1'000'000'000, 0, 0}}, texts));
    return 0;
}
