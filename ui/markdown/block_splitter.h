// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringView>

#include <vector>

namespace snug::ui {

// A run of Markdown text, or the content of one code fence.
struct MarkdownBlock {
    bool code = false;
    QString text;
    QString language; // the word after the fence, of code only

    bool operator==(const MarkdownBlock &) const = default;
};

// Cuts what chat::safeMarkdown wrote at its code fences. That writer puts every fence at the left edge,
// closes it, and leaves nothing else that looks like one; the text between needs no further check, since its
// safety holds line by line. Numbered lists that go on after code keep their numbers: Qt 6.4 would count from
// 1 again.
[[nodiscard]] std::vector<MarkdownBlock> splitSafeMarkdown(QStringView safeMarkdown);

} // namespace snug::ui
