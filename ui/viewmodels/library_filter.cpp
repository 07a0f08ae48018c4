// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/library_filter.h"

#include "ui/viewmodels/library_row.h"

#include <array>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

// The order of verdicts: the best first.
int rank(const QString &verdict)
{
    static const std::array kOrder = {u"fits"_s, u"partly"_s, u"cpu"_s, u"checking"_s, u"no"_s, u"error"_s};
    return static_cast<int>(std::find(kOrder.begin(), kOrder.end(), verdict) - kOrder.begin());
}

int textOrder(const QModelIndex &left, const QModelIndex &right, int role)
{
    return QString::localeAwareCompare(left.data(role).toString(), right.data(role).toString());
}

} // namespace

LibraryFilter::LibraryFilter(QObject *parent) : QSortFilterProxyModel(parent), m_key(u"name"_s)
{
    setDynamicSortFilter(true);
    sort(0);
}

void LibraryFilter::setText(const QString &text)
{
    m_text = text;
    m_words = text.split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

bool LibraryFilter::setKey(const QString &key)
{
    if (key != u"name" && key != u"size" && key != u"verdict" && key != u"modified")
        return false;
    m_key = key;
    invalidate();
    return true;
}

void LibraryFilter::setDescending(bool descending)
{
    m_descending = descending;
    sort(0, descending ? Qt::DescendingOrder : Qt::AscendingOrder);
}

bool LibraryFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    using library_role::Role;
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    QString text;
    for (const int role : {Role::Name, Role::Maker, Role::Level, Role::Architecture, Role::Path, Role::Where})
        text += index.data(role).toString() + u'\n';
    return std::all_of(m_words.begin(), m_words.end(),
                       [&text](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

bool LibraryFilter::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    using library_role::Role;
    if (m_key == u"size") {
        const double a = left.data(Role::SizeBytes).toDouble();
        const double b = right.data(Role::SizeBytes).toDouble();
        if (a != b)
            return a < b;
    } else if (m_key == u"verdict") {
        const int a = rank(left.data(Role::Verdict).toString());
        const int b = rank(right.data(Role::Verdict).toString());
        if (a != b)
            return a < b;
    } else if (m_key == u"modified") {
        const QDateTime a = left.data(library_role::Modified).toDateTime();
        const QDateTime b = right.data(library_role::Modified).toDateTime();
        if (a != b)
            return a < b;
    }
    const int byName = textOrder(left, right, Role::Name);
    return byName != 0 ? byName < 0 : textOrder(left, right, Role::Path) < 0;
}

} // namespace snug::ui
