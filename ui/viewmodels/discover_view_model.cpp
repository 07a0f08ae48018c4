// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/discover_view_model.h"

#include "ui/viewmodels/devices_view_model.h"

#include <QSet>

#include <algorithm>
#include <array>
#include <chrono>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace snug::ui {
namespace {

constexpr std::size_t kMostRows = 2000;

struct SizeRange {
    QLatin1StringView name;
    QLatin1StringView least;
    QLatin1StringView most;
};
constexpr std::array kSizes = {
    SizeRange{"small"_L1, ""_L1, "4B"_L1}, SizeRange{"medium"_L1, "4B"_L1, "15B"_L1},
    SizeRange{"large"_L1, "15B"_L1, "50B"_L1}, SizeRange{"huge"_L1, "50B"_L1, ""_L1}};

} // namespace

DiscoverViewModel::DiscoverViewModel(QString program, DevicesViewModel &devices, HubEnvironment hub,
                                     QObject *parent)
    : QObject(parent)
    , m_program(std::move(program))
    , m_devices(devices)
    , m_hub(std::move(hub))
    , m_rows(discoverRoles())
{
    m_debounce.setSingleShot(true);
    m_debounce.setInterval(300ms); // the Hub counts requests
    connect(&m_debounce, &QTimer::timeout, this, &DiscoverViewModel::search);
    connect(&m_devices, &DevicesViewModel::stateChanged, this, &DiscoverViewModel::show);
}

DiscoverViewModel::~DiscoverViewModel() = default;

void DiscoverViewModel::change(QString Query::*field, const QString &value)
{
    if (m_query.*field == value)
        return;
    m_query.*field = value;
    Q_EMIT queryChanged();
    m_debounce.start();
}

void DiscoverViewModel::setText(const QString &text)
{
    change(&Query::text, text);
}

void DiscoverViewModel::setFormat(const QString &format)
{
    change(&Query::format, format);
}

void DiscoverViewModel::setSize(const QString &size)
{
    change(&Query::size, size);
}

void DiscoverViewModel::setSort(const QString &sort)
{
    change(&Query::sort, sort);
}

void DiscoverViewModel::setFittingOnly(bool only)
{
    if (only == m_fittingOnly)
        return;
    m_fittingOnly = only;
    Q_EMIT queryChanged();
    show();
}

QString DiscoverViewModel::state() const
{
    if (m_problem.present)
        return u"error"_s;
    if (m_rows.rowCount() > 0)
        return u"ready"_s;
    if (m_child || m_debounce.isActive())
        return u"loading"_s;
    return m_answered ? u"empty"_s : u"idle"_s;
}

void DiscoverViewModel::open()
{
    if (!m_opened)
        search();
}

void DiscoverViewModel::search()
{
    m_opened = true;
    m_debounce.stop();
    m_next.clear();
    m_adding = false;
    ask({});
}

void DiscoverViewModel::loadMore()
{
    if (m_child || m_next.isEmpty() || m_found.size() >= kMostRows)
        return;
    m_adding = true;
    ask(m_next);
}

QStringList DiscoverViewModel::arguments(const QString &next) const
{
    QStringList list{u"search"_s, u"--json"_s, u"--format"_s, m_query.format, u"--sort"_s, m_query.sort};
    if (!next.isEmpty())
        return list << u"--next"_s << next;
    const auto range = std::find_if(kSizes.begin(), kSizes.end(), [this](const SizeRange &candidate) {
        return m_query.size == candidate.name;
    });
    if (range != kSizes.end() && !range->least.isEmpty())
        list << u"--min-parameters"_s << range->least;
    if (range != kSizes.end() && !range->most.isEmpty())
        list << u"--max-parameters"_s << range->most;
    // After "--" nothing that a person types is taken for an option.
    if (const QString words = m_query.text.simplified(); !words.isEmpty())
        list << u"--"_s << words;
    return list;
}

void DiscoverViewModel::ask(const QString &next)
{
    // A child that is still asked about another query is of no use any more; destroying it ends it.
    m_child = std::make_unique<WorkerProcess>(hubCommand(m_program, arguments(next), m_hub));
    connect(m_child.get(), &WorkerProcess::finished, this, &DiscoverViewModel::onFinished);
    m_child->start();
    Q_EMIT stateChanged();
}

void DiscoverViewModel::onFinished(const Outcome &outcome)
{
    m_child.release()->deleteLater();
    m_answered = true;
    if (!outcome) {
        m_problem = problemFrom(outcome.error());
        Q_EMIT stateChanged();
        return;
    }
    m_problem = {};
    if (!m_adding)
        m_found.clear();
    QSet<QString> known;
    for (const DiscoverRow &row : m_found)
        known.insert(row.id);
    for (DiscoverRow &row : discoverRowsFrom(*outcome)) {
        if (!known.contains(row.id) && m_found.size() < kMostRows) {
            known.insert(row.id);
            m_found.push_back(std::move(row));
        }
    }
    m_next = (*outcome)["next"_L1].toString();
    show();
}

void DiscoverViewModel::show()
{
    const std::vector<fit::Device> devices = m_devices.fitDevices();
    std::vector<DiscoverRow> wanted;
    for (DiscoverRow &row : m_found) {
        const RoughFinding finding = roughFinding(row.parameters, 0, devices);
        row.verdict = finding.verdict;
        row.verdictText = finding.text;
        row.verdictWhy = finding.why;
        if (!m_fittingOnly || row.verdict == u"fits" || row.verdict == u"partly" || row.verdict == u"cpu")
            wanted.push_back(row);
    }
    m_rows.merge(std::move(wanted), [](const DiscoverRow &row) { return row.id; });
    Q_EMIT stateChanged();
}

} // namespace snug::ui
