// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/markdown/markdown_blocks.h"

#include <algorithm>

namespace snug::ui {

void MarkdownBlocks::setSource(const QString &source)
{
    if (m_source == source)
        return;
    m_source = source;
    std::vector<MarkdownBlock> blocks = splitSafeMarkdown(source);
    const std::size_t both = std::min(blocks.size(), m_blocks.size());
    for (std::size_t row = 0; row < both; ++row) {
        if (m_blocks[row] == blocks[row])
            continue;
        m_blocks[row] = std::move(blocks[row]);
        const QModelIndex changed = index(static_cast<int>(row));
        Q_EMIT dataChanged(changed, changed);
    }
    if (blocks.size() < m_blocks.size()) {
        beginRemoveRows({}, static_cast<int>(both), static_cast<int>(m_blocks.size()) - 1);
        m_blocks.resize(both);
        endRemoveRows();
    } else if (blocks.size() > m_blocks.size()) {
        beginInsertRows({}, static_cast<int>(both), static_cast<int>(blocks.size()) - 1);
        std::move(blocks.begin() + static_cast<std::ptrdiff_t>(both), blocks.end(),
                  std::back_inserter(m_blocks));
        endInsertRows();
    }
    Q_EMIT sourceChanged();
}

int MarkdownBlocks::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_blocks.size());
}

QVariant MarkdownBlocks::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const MarkdownBlock &block = m_blocks[static_cast<std::size_t>(index.row())];
    switch (role) {
    case CodeRole:
        return block.code;
    case TextRole:
        return block.text;
    case LanguageRole:
        return block.language;
    default:
        return {};
    }
}

QHash<int, QByteArray> MarkdownBlocks::roleNames() const
{
    return {{CodeRole, "code"}, {TextRole, "text"}, {LanguageRole, "language"}};
}

} // namespace snug::ui
