// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/load_forecast.h"

#include "core/base/events.h"
#include "ui/viewmodels/level_words.h"
#include "ui/viewmodels/text.h"

#include <QJsonDocument>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr std::array kKvTypes = {"f16"_L1, "q8_0"_L1, "q5_1"_L1, "q4_0"_L1};
constexpr std::array kAttentions = {"auto"_L1, "on"_L1, "off"_L1};

LoadSettings withKvType(LoadSettings settings, const QString &type)
{
    settings.kvType = type;
    return settings;
}

LoadSettings withAttention(LoadSettings settings, const QString &attention)
{
    settings.flashAttention = attention;
    return settings;
}

// A type that was chosen elsewhere is a choice, too.
QStringList kvTypes(const QString &chosen)
{
    QStringList types(kKvTypes.begin(), kKvTypes.end());
    if (!types.contains(chosen))
        types.append(chosen);
    return types;
}

QString kvWords(const QString &type)
{
    if (type == u"f16")
        return LoadForecast::tr("f16, full precision");
    if (type == u"q8_0")
        return LoadForecast::tr("q8_0, answers hardly change");
    if (type == u"q5_1")
        return LoadForecast::tr("q5_1, small changes");
    if (type == u"q4_0")
        return LoadForecast::tr("q4_0, long texts may lose details");
    return type;
}

QString attentionWords(const QString &attention)
{
    if (attention == u"auto")
        return LoadForecast::tr("Automatic");
    return attention == u"on" ? LoadForecast::tr("On") : LoadForecast::tr("Off");
}

std::int64_t cacheBytes(const LevelFit &fit)
{
    return std::accumulate(fit.memory.begin(), fit.memory.end(), std::int64_t{0},
                           [](std::int64_t sum, const DeviceShare &share) { return sum + share.kvCache; });
}

std::int64_t allBytes(const LevelFit &fit)
{
    return std::accumulate(fit.memory.begin(), fit.memory.end(), std::int64_t{0},
                           [](std::int64_t sum, const DeviceShare &share) { return sum + share.used(); });
}

Problem refusalIn(const QJsonObject &event)
{
    const QByteArray line = QJsonDocument(event["error"_L1].toObject()).toJson(QJsonDocument::Compact);
    return problemFrom(events::parseError(nlohmann::json::parse(line.begin(), line.end(), nullptr, false)));
}

} // namespace

LoadForecast::LoadForecast(QObject *parent) : QObject(parent) {}

LoadForecast::~LoadForecast() = default;

void LoadForecast::begin(WorkerCommand worker)
{
    end();
    m_worker = std::make_unique<FitWorker>([worker = std::move(worker)] { return worker; });
    connect(m_worker.get(), &FitWorker::becameReady, this, &LoadForecast::onReady);
    connect(m_worker.get(), &FitWorker::said, this,
            [this](FitWorker::Subject, const QJsonObject &event) { onSaid(event); });
    connect(m_worker.get(), &FitWorker::ended, this, [this](const Error &reason) {
        m_problem = problemFrom(reason);
        m_asked.clear();
        m_worker.release()->deleteLater();
        Q_EMIT changed();
    });
    m_worker->start();
}

void LoadForecast::end()
{
    m_worker.reset();
    m_level.clear();
    m_ownDraft = false;
    m_waiting.clear();
    m_asked.clear();
    m_answers.clear();
    m_problem = {};
    Q_EMIT changed();
}

void LoadForecast::ask(const LoadSettings &settings)
{
    m_settings = settings;
    m_waiting.clear();
    const auto queue = [this](const LoadSettings &question) {
        if (answerTo(question) == nullptr)
            m_waiting.push_back(question);
    };
    queue(settings);
    for (const QString &type : kvTypes(settings.kvType))
        queue(withKvType(settings, type));
    for (const auto &attention : kAttentions)
        queue(withAttention(settings, attention));
    askNext();
    Q_EMIT changed();
}

void LoadForecast::askNext()
{
    if (!m_worker || m_level.isEmpty())
        return;
    while (!m_waiting.empty() && answerTo(m_waiting.front()) != nullptr)
        m_waiting.pop_front();
    m_asked = m_waiting.empty() ? QString() : keyOf(m_waiting.front());
    if (!m_waiting.empty())
        m_worker->ask(FitWorker::Subject::Main, fitQuestion(m_waiting.front(), m_level));
}

void LoadForecast::onReady(const QJsonObject &event)
{
    m_level = shortText(event["chosen"_L1]);
    m_usualContext = wholeNumber(event["context"_L1]);
    m_trainedContext = wholeNumber(event["model"_L1].toObject()["context_length"_L1]);
    m_ownDraft = event["own_draft"_L1].toBool();
    // After a restart the worker asks again by itself.
    if (m_asked.isEmpty())
        askNext();
    Q_EMIT changed();
}

void LoadForecast::onSaid(const QJsonObject &event)
{
    const QString name = event["event"_L1].toString();
    if (m_asked.isEmpty() || (name != u"level" && name != u"refused" && name != u"answered"))
        return;
    Answer answer;
    if (name == u"level") {
        if (auto row = levelFromJson(event["level"_L1].toObject())) {
            row->fit.kvType = m_settings.kvType;
            answer.fit = std::move(row->fit);
        }
    }
    if (!answer.fit)
        answer.refusal = name == u"refused"
                             ? refusalIn(event)
                             : problemFrom({ErrorKind::Protocol, "The engine gave no verdict.", {}, {}});
    m_answers.insert(m_asked, std::move(answer));
    askNext();
    Q_EMIT changed();
}

QString LoadForecast::keyOf(const LoadSettings &settings) const
{
    return QString::fromUtf8(QJsonDocument(fitQuestion(settings, m_level)).toJson(QJsonDocument::Compact));
}

const LoadForecast::Answer *LoadForecast::answerTo(const LoadSettings &settings) const
{
    const auto found = m_answers.constFind(keyOf(settings));
    return found == m_answers.constEnd() ? nullptr : &*found;
}

QVariantMap LoadForecast::now() const
{
    const Answer *answer = answerTo(m_settings);
    if (answer == nullptr)
        return {{u"state"_s, m_worker ? u"asking"_s : u"none"_s}};
    if (!answer->fit)
        return {{u"state"_s, u"refused"_s},
                {u"text"_s, answer->refusal.message},
                {u"hint"_s, answer->refusal.hint}};
    const LevelFit &fit = *answer->fit;
    const std::int64_t free = freeBytes(fit);
    return {{u"state"_s, u"ready"_s},
            {u"verdict"_s, fit.verdict},
            {u"text"_s, verdictWord(fit)},
            {u"detail"_s, free > 0 ? tr("%1 of %2 free").arg(bytesText(barBytes(fit)), bytesText(free))
                                   : bytesText(barBytes(fit))},
            {u"why"_s, verdictWhy(fit) + u' ' + memoryWhy(fit)}};
}

QVariantList LoadForecast::memory() const
{
    const Answer *answer = answerTo(m_settings);
    return answer != nullptr && answer->fit ? deviceMaps(*answer->fit) : QVariantList();
}

QVariantMap LoadForecast::choice(const LoadSettings &settings, const QString &key, const QString &words,
                                 bool cacheOnly) const
{
    QVariantMap map{{u"key"_s, key},
                    {u"words"_s, words},
                    {u"figure"_s, QString()},
                    {u"verdict"_s, QString()},
                    {u"why"_s, QString()}};
    const Answer *answer = answerTo(settings);
    if (answer == nullptr)
        return map;
    if (!answer->fit) {
        map[u"verdict"_s] = u"no"_s;
        map[u"why"_s] = answer->refusal.message;
        return map;
    }
    const LevelFit &fit = *answer->fit;
    map[u"figure"_s] = bytesText(cacheOnly ? cacheBytes(fit) : allBytes(fit));
    map[u"verdict"_s] = fit.verdict;
    map[u"why"_s] = tr("%1: %2 in all, of which the KV cache takes %3.")
                        .arg(verdictWord(fit), bytesText(allBytes(fit)), bytesText(cacheBytes(fit)));
    return map;
}

QVariantList LoadForecast::kvChoices() const
{
    QVariantList list;
    for (const QString &type : kvTypes(m_settings.kvType))
        list.append(choice(withKvType(m_settings, type), type, kvWords(type), true));
    return list;
}

QVariantList LoadForecast::flashChoices() const
{
    QVariantList list;
    for (const auto &attention : kAttentions)
        list.append(
            choice(withAttention(m_settings, attention), attention, attentionWords(attention), false));
    return list;
}

QString LoadForecast::contextNote() const
{
    QStringList sentences;
    if (m_usualContext > 0)
        sentences.append(
            tr("Tokens that the model can see at once; 0 takes %1.").arg(countText(m_usualContext)));
    else
        sentences.append(tr("Tokens that the model can see at once; 0 chooses."));
    if (m_trainedContext > 0)
        sentences.append(tr("It was trained with %1.").arg(countText(m_trainedContext)));
    const Answer *answer = answerTo(m_settings);
    if (answer != nullptr && answer->fit && answer->fit->largestContext > 0)
        sentences.append(tr("Up to %1 fit.").arg(countText(answer->fit->largestContext)));
    return sentences.join(u' ');
}

QString LoadForecast::layersNote() const
{
    const Answer *answer = answerTo(m_settings);
    if (answer == nullptr || !answer->fit || answer->fit->layers <= 0)
        return tr("Layers on the graphics card; −1 takes all that fit.");
    return tr("Layers on the graphics card; −1 takes all that fit: %1 of %2.")
        .arg(answer->fit->gpuLayers)
        .arg(answer->fit->layers);
}

} // namespace snug::ui
