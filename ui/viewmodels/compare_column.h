// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/answer_request.h"
#include "ui/viewmodels/chat_rows.h"
#include "ui/viewmodels/problem.h"
#include "ui/viewmodels/sampling_settings.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace snug::ui {

class EngineSession;

struct ModelLabel {
    QString name;
    QString level; // empty: not known

    bool operator==(const ModelLabel &) const = default;
};

// What a comparison needs of the rest of the program.
struct CompareServices {
    std::function<std::unique_ptr<EngineSession>()> makeEngine;
    // Of a path that EngineSession::load() takes; without a name if no such model is there.
    std::function<ModelLabel(const QString &path)> labelOf;
    // SHA-256 of a model's file; empty: not known.
    std::function<QString(const QString &path)> hashOf;
};

// What every side of a comparison is asked.
struct CompareQuestion {
    std::string text;
    QString systemPrompt;
    SamplingSettings sampling;
};

// One side of a comparison: a model, an engine of its own while it answers, and its conversation, in memory.
// Under a mask it shows neither which model it is nor a figure by which one could guess. GUI thread; owned by
// CompareViewModel.
class CompareColumn final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CompareColumn)
    Q_PROPERTY(QString path READ shownPath NOTIFY changed)
    Q_PROPERTY(QString heading READ heading NOTIFY changed)
    Q_PROPERTY(QString level READ level NOTIFY changed)
    Q_PROPERTY(bool masked READ masked NOTIFY changed)
    Q_PROPERTY(bool busy READ busy NOTIFY changed)
    Q_PROPERTY(bool hasAnswer READ hasAnswer NOTIFY changed)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY changed)
    Q_PROPERTY(QAbstractItemModel *messages READ messages CONSTANT)
    Q_PROPERTY(QString stateText READ stateText NOTIFY progressChanged)
    Q_PROPERTY(QString figures READ figures NOTIFY progressChanged)
    Q_PROPERTY(bool loading READ loading NOTIFY progressChanged)
    Q_PROPERTY(double loadProgress READ loadProgress NOTIFY progressChanged)

public:
    // `services` outlives this.
    explicit CompareColumn(const CompareServices &services, QObject *parent = nullptr);
    ~CompareColumn() override;

    // The model; empty: none chosen yet.
    [[nodiscard]] QString path() const { return m_path; }
    [[nodiscard]] const ModelLabel &label() const { return m_label; }
    // REQUIRES: not busy, no conversation yet.
    void choose(const QString &path);
    // REQUIRES: no conversation yet.
    void refreshLabel();
    // Empty: shows what it is.
    void setMask(const QString &mask);

    // As it may be seen: empty under a mask.
    [[nodiscard]] QString shownPath() const { return masked() ? QString() : m_path; }
    // The mask, the model's name, or empty.
    [[nodiscard]] QString heading() const { return masked() ? m_mask : m_label.name; }
    [[nodiscard]] QString level() const { return masked() ? QString() : m_label.level; }
    [[nodiscard]] bool masked() const { return !m_mask.isEmpty(); }
    // Waiting for its turn, loading or writing.
    [[nodiscard]] bool busy() const { return m_phase != Phase::Idle; }
    [[nodiscard]] bool hasAnswer() const;
    // Of the last answer. Under a mask it says only that there is one.
    [[nodiscard]] Problem problem() const;
    [[nodiscard]] QAbstractItemModel *messages() { return &m_messages; }
    [[nodiscard]] std::vector<chat::Message> conversation() const;
    [[nodiscard]] QString stateText() const;
    // Speed and the like of the answer; empty under a mask.
    [[nodiscard]] QString figures() const;
    [[nodiscard]] bool loading() const { return m_phase == Phase::Loading; }
    // 0 to 1; -1 while it is not known.
    [[nodiscard]] double loadProgress() const;

    // Notes the question; start() asks it when the turn has come. REQUIRES: a model, not busy.
    void prepare(const CompareQuestion &question);
    void start();
    // Ends a wait too. `finished` follows, here or later.
    Q_INVOKABLE void stop();
    // The model leaves the memory; `released` follows if there was one.
    void unload();
    // Whether a model is in memory, comes or goes.
    [[nodiscard]] bool holdsEngine() const;
    // Forgets the conversation. REQUIRES: not busy.
    void clear();
    // Of the engine's child; 0 without one. For tests that kill it.
    [[nodiscard]] qint64 processId() const;

Q_SIGNALS:
    void changed();
    void progressChanged();
    void finished();
    void released();

private:
    enum class Phase { Idle, Waiting, Loading, Writing };

    void setPhase(Phase phase);
    void load();
    void ask();
    void onEngineState();
    void onEngineFailed();
    void onArrived(const std::string &text, const std::string &reasoning);
    void onAnswered(const chat::ChatOutcome &outcome);
    void conclude();
    void finish(chat::MessageState state, const chat::ChatAnswer *answer);
    [[nodiscard]] const chat::Message *last() const;
    [[nodiscard]] bool begun() const;

    const CompareServices &m_services;
    QString m_path;
    ModelLabel m_label;
    QString m_mask;
    Phase m_phase = Phase::Idle;
    RowsModel<MessageRow> m_messages;
    CompareQuestion m_question;
    Problem m_problem;
    std::unique_ptr<EngineSession> m_engine;
    std::unique_ptr<AnswerRequest> m_request;
    std::optional<chat::ChatOutcome> m_outcome; // that waits for the engine's own last words
    QTimer m_lastWords;
};

} // namespace snug::ui
