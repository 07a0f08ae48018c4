// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/compare_view_model.h"

#include "ui/viewmodels/chat_view_model.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr auto kGroup = "compare";

constexpr std::array<RoleEntry<CompareRow>, 1> kRoles = {{
    {Qt::UserRole + 1, "entry", [](const CompareRow &row) { return QVariant::fromValue(row.column); }},
}};

QString keyOf(const CompareRow &row)
{
    return QString::number(reinterpret_cast<quintptr>(row.column));
}

QString textOf(const ModelLabel &label)
{
    return label.level.isEmpty() ? label.name : u"%1 %2"_s.arg(label.name, label.level);
}

} // namespace

CompareViewModel::CompareViewModel(CompareServices services, ChatViewModel &chat, EngineSession &chatEngine,
                                   SettingsFile &settings, QRandomGenerator random, QObject *parent)
    : QObject(parent)
    , m_services(std::move(services))
    , m_chat(chat)
    , m_chatEngine(chatEngine)
    , m_settings(settings)
    , m_random(random)
    , m_tally(settings)
    , m_rows(kRoles)
    , m_together(settings.flag(kGroup, "together", false))
    , m_blind(settings.flag(kGroup, "blind", false))
{
    const QStringList models = settings.texts(kGroup, "models");
    const int count = std::clamp(static_cast<int>(models.size()), kFewest, kMost);
    for (int at = 0; at < count; ++at)
        addRow(models.value(at));
    connect(&m_chat, &ChatViewModel::activityChanged, this, &CompareViewModel::changed);
    connect(&m_chat, &ChatViewModel::samplingChanged, this, &CompareViewModel::changed);
    connect(&m_chatEngine, &EngineSession::stateChanged, this, [this] {
        advance();
        Q_EMIT changed();
    });
}

CompareViewModel::~CompareViewModel() = default;

template <class Do> void CompareViewModel::forEach(const Do &act) const
{
    for (const auto &column : m_columns)
        act(*column);
}

void CompareViewModel::addRow(const QString &path)
{
    auto column = std::make_unique<CompareColumn>(m_services);
    CompareColumn *added = column.get();
    added->choose(path);
    connect(added, &CompareColumn::changed, this, &CompareViewModel::changed);
    connect(added, &CompareColumn::finished, this, [this, added] { onFinished(added); });
    connect(added, &CompareColumn::released, this, &CompareViewModel::onReleased);
    m_columns.push_back(std::move(column));
    m_rows.append({added});
}

void CompareViewModel::keepModels()
{
    QStringList paths;
    forEach([&paths](const CompareColumn &column) { paths.append(column.path()); });
    m_settings.setTexts(kGroup, "models", paths);
    Q_EMIT changed();
}

void CompareViewModel::choose(CompareColumn *column, const QString &path)
{
    if (column == nullptr || begun())
        return;
    column->choose(path);
    keepModels();
}

void CompareViewModel::addColumn()
{
    if (begun() || count() == kMost)
        return;
    addRow({});
    keepModels();
}

void CompareViewModel::removeColumn(CompareColumn *column)
{
    const auto found = std::find_if(m_columns.begin(), m_columns.end(),
                                    [column](const auto &held) { return held.get() == column; });
    if (begun() || count() == kFewest || found == m_columns.end())
        return;
    m_rows.remove(static_cast<int>(std::distance(m_columns.begin(), found)));
    found->release()->deleteLater(); // its button is what calls
    m_columns.erase(found);
    keepModels();
}

void CompareViewModel::refreshLabels()
{
    if (!begun())
        forEach([](CompareColumn &column) { column.refreshLabel(); });
}

void CompareViewModel::setTogether(bool together)
{
    if (together == m_together || busy())
        return;
    m_together = together;
    m_settings.set(kGroup, "together", together);
    unloadAll();
    Q_EMIT changed();
}

void CompareViewModel::setBlind(bool blind)
{
    if (blind == m_blind || begun())
        return;
    m_blind = blind;
    m_settings.set(kGroup, "blind", blind);
    Q_EMIT changed();
}

void CompareViewModel::setShown(bool shown)
{
    if (shown == m_shown)
        return;
    m_shown = shown;
    if (!shown && !busy())
        unloadAll();
    Q_EMIT changed();
}

bool CompareViewModel::begun() const
{
    return std::any_of(m_columns.begin(), m_columns.end(),
                       [](const auto &column) { return column->messages()->rowCount() > 0; });
}

bool CompareViewModel::busy() const
{
    return m_whenFree ||
           std::any_of(m_columns.begin(), m_columns.end(), [](const auto &column) { return column->busy(); });
}

int CompareViewModel::answers() const
{
    return static_cast<int>(std::count_if(m_columns.begin(), m_columns.end(),
                                          [](const auto &column) { return column->hasAnswer(); }));
}

bool CompareViewModel::canVote() const
{
    return hidden() && !busy() && answers() >= kFewest;
}

bool CompareViewModel::chatHoldsMemory() const
{
    const QString state = m_chatEngine.state();
    return !m_chatEngine.remote() && (state == u"ready" || state == u"loading");
}

bool CompareViewModel::anyHoldsEngine() const
{
    return std::any_of(m_columns.begin(), m_columns.end(),
                       [](const auto &column) { return column->holdsEngine(); });
}

int CompareViewModel::inMemory() const
{
    return static_cast<int>(std::count_if(m_columns.begin(), m_columns.end(), [](const auto &column) {
        return column->holdsEngine() && !EngineSession::isRemote(column->path());
    }));
}

QString CompareViewModel::obstacle() const
{
    const bool chosen = std::none_of(m_columns.begin(), m_columns.end(),
                                     [](const auto &column) { return column->path().isEmpty(); });
    if (!chosen)
        return tr("Choose a model in each column.");
    if (m_chat.busy())
        return tr("The chat is still answering. Stop it there, or wait until it is done.");
    if (!m_chat.schemaUsable())
        return tr(
            "The JSON schema of the chat is no JSON object. Correct or empty it in the chat's settings.");
    return {};
}

QString CompareViewModel::hint() const
{
    if (busy())
        return {};
    if (const QString why = obstacle(); !why.isEmpty())
        return why;
    if (chatHoldsMemory())
        return tr("Sending unloads %1, the chat's model, so that the memory is free. The chat loads it "
                  "again.")
            .arg(m_chatEngine.modelName());
    return {};
}

void CompareViewModel::send(const QString &text)
{
    if (!canSend() || text.trimmed().isEmpty())
        return;
    if (!begun())
        begin();
    m_systemPrompt = m_chat.systemPrompt();
    CompareQuestion question{toUtf8(text), m_systemPrompt, m_chat.sampling()};
    if (question.sampling.seed < 0)
        question.sampling.seed = m_random.bounded(std::numeric_limits<int>::max());
    for (const CompareRow &row : m_rows.rows()) {
        row.column->prepare(question);
        m_queue.push_back(row.column);
    }
    mask();
    if (chatHoldsMemory())
        m_chatEngine.unload();
    advance();
    Q_EMIT changed();
}

void CompareViewModel::begin()
{
    m_revealed = false;
    m_verdict.clear();
    if (!m_blind)
        return;
    std::vector<CompareRow> order = m_rows.rows();
    std::shuffle(order.begin(), order.end(), m_random);
    m_rows.merge(std::move(order), keyOf);
}

void CompareViewModel::mask()
{
    const QString letters = u"ABC"_s;
    for (int at = 0; at < count(); ++at)
        column(at)->setMask(hidden() ? tr("Model %1").arg(letters.at(at)) : QString());
}

// Starts who may start. One after another, a model comes only when the one before has left the memory.
void CompareViewModel::advance()
{
    if (m_chatEngine.state() == u"stopping" && !m_chatEngine.remote())
        return;
    if (m_whenFree && inMemory() == 0) {
        std::exchange(m_whenFree, nullptr)();
        Q_EMIT changed();
        return;
    }
    while (!m_queue.empty() && (m_together || !anyHoldsEngine())) {
        CompareColumn *next = m_queue.front();
        m_queue.pop_front();
        next->start();
    }
}

void CompareViewModel::onFinished(CompareColumn *column)
{
    std::erase(m_queue, column);
    if (!m_together)
        column->unload();
    else if (!m_shown && !busy())
        unloadAll();
    advance();
    Q_EMIT changed();
}

void CompareViewModel::onReleased()
{
    advance();
    Q_EMIT changed();
}

void CompareViewModel::unloadAll()
{
    forEach([](CompareColumn &column) { column.unload(); });
}

void CompareViewModel::stop()
{
    // Those that wait end first, so that none of them starts in the place of another one.
    for (CompareColumn *waiting : std::exchange(m_queue, {}))
        waiting->stop();
    forEach([](CompareColumn &column) { column.stop(); });
}

void CompareViewModel::startOver()
{
    if (busy())
        return;
    forEach([](CompareColumn &column) { column.clear(); });
    m_revealed = false;
    m_verdict.clear();
    std::vector<CompareRow> order;
    forEach([&order](CompareColumn &column) { order.push_back({&column}); });
    m_rows.merge(std::move(order), keyOf);
    mask();
    Q_EMIT changed();
}

void CompareViewModel::keepVote(int winner)
{
    std::vector<ModelLabel> met;
    for (const CompareRow &row : m_rows.rows())
        met.push_back(row.column->label());
    m_tally.add(met, winner);
}

void CompareViewModel::vote(CompareColumn *winner)
{
    const auto &rows = m_rows.rows();
    const auto found = std::find(rows.begin(), rows.end(), CompareRow{winner});
    if (!canVote() || found == rows.end() || !winner->hasAnswer())
        return;
    keepVote(static_cast<int>(std::distance(rows.begin(), found)));
    unveil(tr("You chose %1: it is %2.").arg(winner->heading(), textOf(winner->label())));
}

void CompareViewModel::voteTie()
{
    if (!canVote())
        return;
    keepVote(-1);
    unveil(tr("You called it a tie."));
}

void CompareViewModel::reveal()
{
    if (hidden() && !busy())
        unveil(tr("Revealed without a vote, so the tally stays as it was."));
}

void CompareViewModel::unveil(const QString &verdict)
{
    m_revealed = true;
    m_verdict = verdict;
    mask();
    Q_EMIT changed();
}

void CompareViewModel::continueWith(CompareColumn *column)
{
    if (column == nullptr || busy() || hidden() || !column->hasAnswer())
        return;
    m_whenFree = [this, path = column->path(), messages = column->conversation()] {
        m_chat.adopt(m_systemPrompt, messages, path);
        Q_EMIT continued();
    };
    unloadAll();
    advance();
}

} // namespace snug::ui
