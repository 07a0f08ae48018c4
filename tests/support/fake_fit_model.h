// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace snug::test {

// The words of tests/support/fake_fit.h.
class FakeManner {
public:
    explicit FakeManner(const std::string &words);
    [[nodiscard]] bool is(const std::string &word) const;
    // What stands behind "word="; empty if it is not among them.
    [[nodiscard]] std::string fileOf(const std::string &word) const;

private:
    std::vector<std::string> m_words;
};

// The made-up model on the made-up machine. `question` is a line to `fit --follow`.
[[nodiscard]] nlohmann::json fakeReady(const FakeManner &manner);
[[nodiscard]] nlohmann::json fakeDevices(const FakeManner &manner, const nlohmann::json &question);
// This computer, one of those that it lists, or one that is described ("NAME=24GiB").
[[nodiscard]] bool fakeKnowsMachine(const nlohmann::json &question);
// All of them, roughly.
[[nodiscard]] nlohmann::json fakeLevels(const FakeManner &manner, const nlohmann::json &question);
// One of them, exactly; null if there is none.
[[nodiscard]] nlohmann::json fakeLevel(const FakeManner &manner, const nlohmann::json &question,
                                       const std::string &label);

} // namespace snug::test
