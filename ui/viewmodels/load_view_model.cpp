// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/load_view_model.h"

#include "core/fit/load_request.h"
#include "ui/viewmodels/text.h"

#include <QFileInfo>
#include <QVariantMap>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

QString fileName(const QString &path)
{
    return QFileInfo(path).fileName();
}

} // namespace

LoadViewModel::LoadViewModel(QString program, EngineSession &engine, std::filesystem::path templates,
                             QObject *parent)
    : QObject(parent)
    , m_program(program)
    , m_engine(engine)
    , m_forecast(this)
    , m_scales(engine, this)
    , m_template(program, std::move(templates), this)
    , m_gain(std::move(program), this)
{
    connect(&m_engine, &EngineSession::wantedChanged, this, &LoadViewModel::onWanted);
    connect(&m_engine, &EngineSession::stateChanged, this, &LoadViewModel::onState);
    connect(&m_engine, &EngineSession::modelChanged, this, &LoadViewModel::changed);
    connect(&m_engine, &EngineSession::reportChanged, this, &LoadViewModel::changed);
    connect(&m_engine, &EngineSession::timingsChanged, this, &LoadViewModel::changed);
    connect(&m_scales, &AdapterScales::changed, this, &LoadViewModel::changed);
    connect(&m_template, &TemplateChoice::chosen, this, [this](const QString &given) {
        change([&given](LoadSettings &settings) { settings.chatTemplate = given; });
    });
}

LoadViewModel::~LoadViewModel() = default;

bool LoadViewModel::possible() const
{
    const QString path = m_engine.lastModelPath();
    return !path.isEmpty() && !EngineSession::isRemote(path);
}

bool LoadViewModel::loaded() const
{
    const QString state = m_engine.state();
    return possible() && (state == u"ready" || state == u"loading");
}

QStringList LoadViewModel::differences() const
{
    return loaded() ? ui::differences(m_engine.loadedWith(), m_engine.wanted()) : QStringList();
}

template <class Change> void LoadViewModel::change(const Change &change)
{
    LoadSettings settings = m_engine.wanted();
    change(settings);
    m_refusal.clear();
    m_engine.setWanted(settings);
    Q_EMIT changed(); // a refusal may have gone, or a value have been brought inside its limits
}

// What is free changed with the engine.
void LoadViewModel::onState()
{
    const QString state = m_engine.state();
    if (m_open && (state == u"ready" || state == u"none" || state == u"failed"))
        beginForecast();
    Q_EMIT changed();
}

void LoadViewModel::onWanted()
{
    if (const QString files = m_engine.lastModelPath() + u'\n' + draft(); files != m_gainOf) {
        m_gainOf = files;
        m_gain.forget();
    }
    if (m_open) {
        if (m_model != m_engine.lastModelPath())
            beginForecast();
        else
            m_forecast.ask(m_engine.wanted());
        m_template.show(m_engine.lastModelPath(), m_engine.wanted().chatTemplate);
    }
    Q_EMIT changed();
}

void LoadViewModel::setContext(int tokens)
{
    change([tokens](LoadSettings &settings) { settings.context = tokens; });
}

void LoadViewModel::setGpuLayers(int layers)
{
    change([layers](LoadSettings &settings) { settings.gpuLayers = layers; });
}

void LoadViewModel::setKvType(const QString &type)
{
    change([&type](LoadSettings &settings) { settings.kvType = type; });
}

void LoadViewModel::setValueType(const QString &type)
{
    change([&type](LoadSettings &settings) { settings.kvTypeV = type; });
}

QStringList LoadViewModel::kvTypes() const
{
    QStringList types;
    for (const std::string &type : fit::kvTypeNames())
        types.append(fromUtf8(type));
    return types;
}

void LoadViewModel::setFlashAttention(const QString &attention)
{
    change([&attention](LoadSettings &settings) { settings.flashAttention = attention; });
}

QVariantList LoadViewModel::adapters() const
{
    QVariantList list;
    for (const LoraChoice &lora : m_engine.wanted().loras) {
        const bool here = m_scales.isLoaded(lora.path);
        const QString state = !here             ? loaded() ? tr("From the next load on") : QString()
                                          : m_scales.busy() ? tr("Telling the engine")
                              : lora.on         ? tr("In use")
                                                : tr("Loaded, switched off");
        list.append(QVariantMap{{u"path"_s, lora.path},
                                {u"name"_s, fileName(lora.path)},
                                {u"scale"_s, lora.scale},
                                {u"on"_s, lora.on},
                                {u"state"_s, state}});
    }
    return list;
}

QString LoadViewModel::adapterRefusal() const
{
    const Problem &problem = m_scales.problem();
    if (m_refusal.isEmpty() && problem.present)
        return problem.hint.isEmpty() ? problem.message : problem.message + u' ' + problem.hint;
    return m_refusal;
}

QString LoadViewModel::localFile(const QUrl &file)
{
    const QString path = file.toLocalFile();
    m_refusal = path.isEmpty() ? tr("Only a file of this computer can be loaded beside the model.")
                : path.size() > LoadSettings::kLongestPath ? tr("The path of that file is too long.")
                                                           : QString();
    if (m_refusal.isEmpty())
        return path;
    Q_EMIT changed();
    return {};
}

void LoadViewModel::addAdapter(const QUrl &file)
{
    const QString path = localFile(file);
    if (path.isEmpty())
        return;
    if (m_engine.wanted().loras.size() >= LoadSettings::kMostAdapters) {
        m_refusal = tr("%1 adapters are the most that can be added here.").arg(LoadSettings::kMostAdapters);
        Q_EMIT changed();
        return;
    }
    change([&path](LoadSettings &settings) { settings.loras.push_back({path, 1, true}); });
    m_scales.apply(m_engine.wanted().loras); // the engine may still have it
}

void LoadViewModel::removeAdapter(int index)
{
    change([index](LoadSettings &settings) {
        if (index >= 0 && static_cast<std::size_t>(index) < settings.loras.size())
            settings.loras.erase(settings.loras.begin() + index);
    });
    m_scales.apply(m_engine.wanted().loras);
}

void LoadViewModel::switchAdapter(int index, bool on)
{
    change([index, on](LoadSettings &settings) {
        if (index >= 0 && static_cast<std::size_t>(index) < settings.loras.size())
            settings.loras[static_cast<std::size_t>(index)].on = on;
    });
    m_scales.apply(m_engine.wanted().loras);
}

void LoadViewModel::scaleAdapter(int index, double scale)
{
    change([index, scale](LoadSettings &settings) {
        if (index >= 0 && static_cast<std::size_t>(index) < settings.loras.size())
            settings.loras[static_cast<std::size_t>(index)].scale = scale;
    });
    m_scales.apply(m_engine.wanted().loras);
}

QString LoadViewModel::draftName() const
{
    return ownDraft() ? tr("Layers of the model's own") : fileName(draft());
}

void LoadViewModel::setOwnDraft(bool own)
{
    if (own != ownDraft())
        change([own](LoadSettings &settings) {
            settings.draft = own ? QString(LoadSettings::kOwnDraft) : QString();
        });
}

void LoadViewModel::setDraftTokens(int tokens)
{
    change([tokens](LoadSettings &settings) { settings.draftTokens = tokens; });
}

void LoadViewModel::setDraft(const QUrl &file)
{
    if (const QString path = localFile(file); !path.isEmpty())
        change([&path](LoadSettings &settings) { settings.draft = path; });
}

void LoadViewModel::removeDraft()
{
    change([](LoadSettings &settings) { settings.draft.clear(); });
}

QString LoadViewModel::guesses() const
{
    const auto &timings = m_engine.lastTimings();
    if (!m_engine.isReady() || !timings || timings->draftTokens <= 0)
        return {};
    return tr("Of the newest answer: %1 of %2 guesses were right, %3 tokens/s.")
        .arg(countText(timings->draftAccepted), countText(timings->draftTokens),
             QString::number(timings->predictedPerSecond, 'f', 1));
}

void LoadViewModel::measureGain()
{
    if (possible() && !draft().isEmpty())
        m_gain.measure(m_engine.lastModelPath(), m_engine.wanted(), m_engine.environment());
}

QString LoadViewModel::templateWords() const
{
    const auto &report = m_engine.report().chatTemplate;
    const QString given = m_engine.wanted().chatTemplate;
    const bool asLoaded = m_engine.isReady() && m_engine.loadedWith().chatTemplate == given;
    if (asLoaded && report && report->source == chat::TemplateSource::Fallback)
        return tr("ChatML stands in for it");
    if (given.isEmpty())
        return tr("The model's own");
    return given == u"chatml" ? tr("ChatML") : fileName(given);
}

QVariantList LoadViewModel::templateFindings() const
{
    QVariantList list;
    const auto &report = m_engine.report().chatTemplate;
    if (!m_engine.isReady() || !report)
        return list;
    for (const chat::TemplateFinding &finding : report->findings)
        list.append(
            QVariantMap{{u"message"_s, fromUtf8(finding.message)}, {u"hint"_s, fromUtf8(finding.hint)}});
    return list;
}

QString LoadViewModel::templateMark() const
{
    const auto &report = m_engine.report().chatTemplate;
    if (!m_engine.isReady() || !report)
        return {};
    QStringList sentences;
    if (report->source == chat::TemplateSource::Given)
        sentences.append(tr("Another chat template than the model's own makes the prompts."));
    for (const chat::TemplateFinding &finding : report->findings)
        sentences.append(fromUtf8(finding.message));
    return sentences.join(u'\n');
}

void LoadViewModel::open()
{
    if (std::exchange(m_open, true))
        return;
    beginForecast();
    m_template.show(m_engine.lastModelPath(), m_engine.wanted().chatTemplate);
}

void LoadViewModel::close()
{
    m_open = false;
    m_model.clear();
    m_refusal.clear();
    m_forecast.end();
}

void LoadViewModel::beginForecast()
{
    m_model = m_engine.lastModelPath();
    if (!possible()) {
        m_forecast.end();
        return;
    }
    m_forecast.begin(fitCommand());
    m_forecast.ask(m_engine.wanted());
}

// The model that is loaded now goes first, and what it holds is free then. Weights in main memory are the
// system's to reclaim, so they count as free already.
WorkerCommand LoadViewModel::fitCommand() const
{
    QStringList arguments{u"fit"_s, u"--follow"_s, u"--json"_s};
    for (const DeviceMemory &memory : m_engine.report().memory) {
        const bool host = memory.device.compare(u"CPU", Qt::CaseInsensitive) == 0;
        const double held = host ? memory.kvCache + memory.compute : memory.total;
        if (held >= 1)
            arguments << u"--freed"_s << memory.device + u'=' + QString::number(static_cast<qint64>(held));
    }
    arguments << u"--"_s << m_model;
    return {m_program, arguments, m_engine.environment()};
}

void LoadViewModel::reset()
{
    m_refusal.clear();
    m_engine.setWanted({});
    m_scales.apply({});
    Q_EMIT changed();
}

void LoadViewModel::apply()
{
    if (loaded() || m_engine.state() == u"failed")
        m_engine.reload();
    else
        m_engine.load(m_engine.lastModelPath());
}

} // namespace snug::ui
