// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/markdown/markdown_blocks.h"

#include "ui/viewmodels/text.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr qsizetype kSlice = 16'384; // characters in one turn of the event loop
constexpr int kPaceMs = 50;

QString kindName(chat::MarkdownBlock::Kind kind)
{
    static const std::array<QString, 6> kNames = {u"text"_s,    u"code"_s,  u"table"_s,
                                                  u"formula"_s, u"image"_s, u"rule"_s};
    return kNames.at(static_cast<std::size_t>(kind));
}

} // namespace

MarkdownBlocks::MarkdownBlocks(QObject *parent) : QAbstractListModel(parent)
{
    m_pace.setSingleShot(true);
    connect(&m_pace, &QTimer::timeout, this, &MarkdownBlocks::readOn);
}

void MarkdownBlocks::setSource(const QString &source)
{
    if (m_source == source)
        return;
    const bool grows = !m_source.isEmpty() && source.startsWith(m_source);
    m_source = source;
    if (!grows) {
        m_splitter = {};
        m_read = 0;
        m_finished = 0;
        m_pace.stop();
    }
    // What does not grow is there at once, for a list to know its height.
    if (!m_pace.isActive() || m_limit > 0)
        readOn();
    Q_EMIT sourceChanged();
    Q_EMIT hiddenChanged();
}

void MarkdownBlocks::setLimit(int characters)
{
    if (m_limit == characters)
        return;
    m_limit = characters;
    if (!m_pace.isActive())
        readOn();
    Q_EMIT limitChanged();
    Q_EMIT hiddenChanged();
}

qsizetype MarkdownBlocks::readable() const
{
    if (m_limit <= 0 || m_limit >= m_source.size())
        return m_source.size();
    const bool splitsPair = m_source.at(m_limit - 1).isHighSurrogate();
    return std::max<qsizetype>(m_read, m_limit + (splitsPair ? 1 : 0));
}

int MarkdownBlocks::hidden() const
{
    return static_cast<int>(m_source.size() - readable());
}

void MarkdownBlocks::readOn()
{
    const qsizetype all = readable();
    if (m_read == all && m_read > 0)
        return; // nothing came since
    qsizetype end = std::min(m_read + kSlice, all);
    if (end < all && m_source.at(end - 1).isHighSurrogate())
        ++end;
    m_splitter.feed(toUtf8(m_source.sliced(m_read, end - m_read)));
    m_read = end;
    const auto &finished = m_splitter.finished();
    for (; m_finished < finished.size(); ++m_finished)
        place(m_finished, finished[m_finished]);
    std::size_t rows = m_finished;
    for (const chat::MarkdownBlock &block : m_splitter.open())
        place(rows++, block);
    cutTo(rows);
    m_pace.start(m_read < all ? 0 : kPaceMs);
}

void MarkdownBlocks::place(std::size_t row, const chat::MarkdownBlock &block)
{
    const int at = static_cast<int>(row);
    if (row == m_rows.size()) {
        beginInsertRows({}, at, at);
        m_rows.push_back(block);
        endInsertRows();
    } else if (m_rows[row].kind != block.kind) { // another item shows it
        beginRemoveRows({}, at, at);
        m_rows.erase(m_rows.begin() + at);
        endRemoveRows();
        beginInsertRows({}, at, at);
        m_rows.insert(m_rows.begin() + at, block);
        endInsertRows();
    } else if (m_rows[row] != block) {
        m_rows[row] = block;
        Q_EMIT dataChanged(index(at), index(at));
    }
}

void MarkdownBlocks::cutTo(std::size_t rows)
{
    if (rows >= m_rows.size())
        return;
    beginRemoveRows({}, static_cast<int>(rows), static_cast<int>(m_rows.size()) - 1);
    m_rows.resize(rows);
    endRemoveRows();
}

int MarkdownBlocks::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant MarkdownBlocks::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const chat::MarkdownBlock &block = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case KindRole:
        return kindName(block.kind);
    case TextRole:
        return fromUtf8(block.text);
    case InfoRole:
        return fromUtf8(block.info);
    default:
        return {};
    }
}

QHash<int, QByteArray> MarkdownBlocks::roleNames() const
{
    return {{KindRole, "kind"}, {TextRole, "text"}, {InfoRole, "info"}};
}

} // namespace snug::ui
