// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// What a person turns on the Model page, and what is shown of it.
#include "ui/viewmodels/level_words.h"
#include "ui/viewmodels/model_answer.h"
#include "ui/viewmodels/model_view_model.h"
#include "ui/viewmodels/text.h"

#include <QJsonArray>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr qsizetype kMostMachines = 400;
constexpr qsizetype kMostSuggestions = 4;
constexpr qsizetype kLongestMachine = 120;

// Else it is a sentence and nothing to press.
bool asksForSomething(const QJsonObject &suggestion)
{
    constexpr std::array kFields = {"context"_L1,    "level"_L1,   "kv_type"_L1,
                                    "gpu_layers"_L1, "cpu_moe"_L1, "device"_L1};
    return std::any_of(kFields.begin(), kFields.end(),
                       [&suggestion](auto field) { return suggestion.contains(field); });
}

Problem tooLong(const QString &machine)
{
    if (machine.trimmed().size() <= kLongestMachine)
        return {};
    return problemFrom(
        {ErrorKind::InvalidArgument,
         toUtf8(ModelViewModel::tr("The description of the machine is longer than %1 characters.")
                    .arg(kLongestMachine)),
         {},
         toUtf8(ModelViewModel::tr("Give it a shorter name."))});
}

} // namespace

void ModelViewModel::sortBy(const QString &key)
{
    m_table.sortBy(key);
    tell();
}

void ModelViewModel::setFilter(const QString &filter)
{
    if (filter == m_table.filter())
        return;
    const std::size_t before = m_table.shown().size();
    m_table.setFilter(filter);
    if (m_table.shown().size() > before)
        ask(); // the rows that came are estimates yet
    tell();
}

QString ModelViewModel::foreignSource() const
{
    for (const LevelRow &row : m_table.shown()) {
        if (row.divergence >= 0 && !row.measured)
            return row.qualitySource;
    }
    return {};
}

bool ModelViewModel::lacksSpeed() const
{
    const auto &rows = m_table.shown();
    return m_answered.machine.isEmpty() && std::any_of(rows.begin(), rows.end(), [](const LevelRow &row) {
               return runs(row.fit) && row.fit.generation <= 0;
           });
}

void ModelViewModel::select(const QString &label)
{
    if (label == m_selected || m_table.find(label) == nullptr)
        return;
    m_selected = label;
    m_chosen = true;
    m_table.keep(label);
    ask(); // suggestions are about the selected level
}

QVariantMap ModelViewModel::answer() const
{
    const LevelRow *chosen = row();
    return chosen == nullptr
               ? QVariantMap()
               : answerMap(*chosen, chosen->fit, m_answered, m_answered.machine.section(u'=', 0, 0));
}

QVariantList ModelViewModel::memory() const
{
    const LevelRow *chosen = row();
    return chosen == nullptr ? QVariantList() : deviceMaps(chosen->fit);
}

QVariantMap ModelViewModel::otherAnswer() const
{
    const LevelRow *chosen = row();
    if (chosen == nullptr || !chosen->other)
        return {};
    return answerMap(*chosen, *chosen->other, m_answered, otherName());
}

QVariantList ModelViewModel::otherMemory() const
{
    const LevelRow *chosen = row();
    return chosen == nullptr || !chosen->other ? QVariantList() : deviceMaps(*chosen->other);
}

void ModelViewModel::setContext(int tokens)
{
    FitRequest request = m_request;
    request.context = std::clamp(tokens, FitRequest::kLeastContext, FitRequest::kMostContext);
    change(request);
}

QString ModelViewModel::contextText() const
{
    return countText(m_request.context);
}

QVariantMap ModelViewModel::contextScale() const
{
    const LevelRow *chosen = row();
    return contextScaleMap(m_request.context, chosen == nullptr ? 0 : chosen->fit.largestContext,
                           trainedContext());
}

void ModelViewModel::setKvType(const QString &type)
{
    FitRequest request = m_request;
    request.kvType = type;
    change(request);
}

void ModelViewModel::setGpuLayers(int layers)
{
    FitRequest request = m_request;
    request.gpuLayers = std::clamp(layers, -1, FitRequest::kMostLayers);
    change(request);
}

void ModelViewModel::setParallel(int conversations)
{
    FitRequest request = m_request;
    request.parallel = std::clamp(conversations, 1, FitRequest::kMostParallel);
    change(request);
}

void ModelViewModel::setCpuMoe(int layers)
{
    FitRequest request = m_request;
    request.cpuMoe = std::clamp(layers, 0, FitRequest::kMostLayers);
    change(request);
}

int ModelViewModel::layers() const
{
    const LevelRow *chosen = row();
    if (chosen != nullptr && chosen->fit.layers > 0)
        return chosen->fit.layers;
    return static_cast<int>(std::min<std::int64_t>(wholeNumber(m_ready["model"_L1].toObject()["layers"_L1]),
                                                   FitRequest::kMostLayers));
}

bool ModelViewModel::hasExperts() const
{
    return wholeNumber(m_ready["model"_L1].toObject()["expert_count"_L1]) > 0;
}

bool ModelViewModel::hasGpu() const
{
    const LevelRow *chosen = row();
    return chosen != nullptr && std::any_of(chosen->fit.memory.begin(), chosen->fit.memory.end(),
                                            [](const DeviceShare &share) { return !share.host; });
}

void ModelViewModel::setDevice(const QString &id)
{
    FitRequest request = m_request;
    request.device = id;
    change(request);
}

QVariantList ModelViewModel::devices() const
{
    QVariantList list;
    const QJsonArray devices = m_ready["devices"_L1].toArray();
    for (const auto &entry : devices) {
        const QJsonObject device = entry.toObject();
        const QString id = shortText(device["id"_L1]);
        if (!id.isEmpty() && device["kind"_L1].toString() != u"cpu" && list.size() < kMostMachines)
            list.append(
                QVariantMap{{u"key"_s, id}, {u"words"_s, shortDeviceName(shortText(device["name"_L1]))}});
    }
    if (list.size() < 2)
        return {};
    list.prepend(QVariantMap{{u"key"_s, QString()}, {u"words"_s, tr("all that help")}});
    return list;
}

void ModelViewModel::setMachine(const QString &name)
{
    m_machineRefusal = tooLong(name);
    if (!m_machineRefusal.present) {
        FitRequest request = m_request;
        request.machine = name.trimmed();
        request.device.clear();
        if (request.machine == m_otherMachine && live()) {
            m_otherMachine.clear();
            m_otherRefusal = {};
            m_table.takeOther({});
        }
        change(request);
    }
    tell();
}

void ModelViewModel::setOtherMachine(const QString &name)
{
    if (name.trimmed() == m_otherMachine)
        return;
    m_otherRefusal = tooLong(name);
    if (!m_otherRefusal.present && live()) {
        m_otherMachine = name.trimmed();
        m_table.takeOther({});
        ask();
    }
    tell();
}

void ModelViewModel::listMachines()
{
    QVariantList list;
    const QJsonArray machines = m_ready["machines"_L1].toArray();
    for (const auto &entry : machines) {
        const QJsonObject machine = entry.toObject();
        const QString name = shortText(machine["name"_L1]);
        if (!name.isEmpty() && list.size() < kMostMachines)
            list.append(QVariantMap{
                {u"key"_s, name}, {u"words"_s, name}, {u"group"_s, shortText(machine["group"_L1])}});
    }
    m_machines = std::move(list);
    Q_EMIT machinesChanged();
}

void ModelViewModel::setWorkload(const QString &workload)
{
    FitRequest request = m_request;
    request.workload = workload;
    change(request);
}

QVariantMap ModelViewModel::advice() const
{
    return adviceMap(m_advice, m_table, m_answered, m_selected);
}

void ModelViewModel::takeSuggestions(const QJsonObject &event)
{
    m_suggestions = event["suggestions"_L1].toArray();
    m_hopeless = shortText(event["hopeless"_L1]);
}

QVariantList ModelViewModel::suggestions() const
{
    QVariantList list;
    for (const auto &entry : m_suggestions) {
        const QString text = shortText(entry.toObject()["text"_L1]);
        if (!text.isEmpty() && list.size() < kMostSuggestions)
            list.append(QVariantMap{{u"text"_s, text},
                                    {u"cost"_s, shortText(entry.toObject()["cost"_L1])},
                                    {u"usable"_s, asksForSomething(entry.toObject())}});
    }
    return list;
}

void ModelViewModel::useAdvice()
{
    use(m_advice);
}

void ModelViewModel::useSuggestion(int index)
{
    int at = 0;
    for (const auto &entry : m_suggestions) {
        if (shortText(entry.toObject()["text"_L1]).isEmpty())
            continue;
        if (at++ == index) {
            use(entry.toObject());
            return;
        }
    }
}

void ModelViewModel::use(const QJsonObject &change)
{
    if (!live())
        return;
    applyTo(m_request, change);
    if (const QString label = shortText(change["level"_L1]); m_table.find(label) != nullptr) {
        m_selected = label;
        m_chosen = true;
        m_table.keep(label);
    }
    ask();
}

} // namespace snug::ui
