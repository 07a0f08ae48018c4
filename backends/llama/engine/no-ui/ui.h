// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <string>

// Stands in for the header that llama.cpp's scripts/ui-assets.cmake generates: this server has no web page.

struct llama_ui_asset {
    std::string name;
    const unsigned char *data = nullptr;
    std::size_t size = 0;
    std::string etag;
    std::string type;
};

inline const std::array<llama_ui_asset, 0> &llama_ui_get_assets()
{
    static const std::array<llama_ui_asset, 0> none{};
    return none;
}
