// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/convert/model_texts.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace snug::test {

// Files beside a checkpoint that are in memory.
class MadeTexts final : public convert::ModelTexts {
public:
    std::map<std::string, std::string, std::less<>> files;

    [[nodiscard]] Result<std::optional<std::string>> read(std::string_view name,
                                                          std::int64_t mostBytes) override
    {
        const auto found = files.find(name);
        if (found == files.end())
            return std::nullopt;
        if (static_cast<std::int64_t>(found->second.size()) > mostBytes)
            return fail(ErrorKind::TooLarge, "The file is too large.");
        return found->second;
    }

    [[nodiscard]] Result<std::vector<std::string>> namesIn(std::string_view folder) override
    {
        std::vector<std::string> names;
        for (const auto &[name, content] : files) {
            if (name.starts_with(folder) && name.size() > folder.size() + 1 && name[folder.size()] == '/')
                names.push_back(name.substr(folder.size() + 1));
        }
        return names;
    }
};

} // namespace snug::test
