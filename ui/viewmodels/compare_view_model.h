// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/compare_column.h"
#include "ui/viewmodels/compare_tally.h"

#include <QObject>
#include <QRandomGenerator>

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace snug::ui {

class ChatViewModel;

struct CompareRow {
    CompareColumn *column = nullptr;

    bool operator==(const CompareRow &) const = default;
};

// One prompt to two or three models side by side, with the chat's system prompt and sampling and one seed for
// all; each goes on with its own conversation. Blind, nobody sees which is which before a vote. The chat's
// own model leaves the memory first, and ours leave it when the page is left. GUI thread; owned by the
// application.
class CompareViewModel final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CompareViewModel)
    Q_PROPERTY(QAbstractItemModel *columns READ columns CONSTANT)
    Q_PROPERTY(int count READ count NOTIFY changed)
    Q_PROPERTY(snug::ui::CompareTally *tally READ tally CONSTANT)
    Q_PROPERTY(bool shown READ shown WRITE setShown NOTIFY changed)
    Q_PROPERTY(bool together READ together WRITE setTogether NOTIFY changed)
    Q_PROPERTY(bool blind READ blind WRITE setBlind NOTIFY changed)
    Q_PROPERTY(bool hidden READ hidden NOTIFY changed)
    Q_PROPERTY(bool begun READ begun NOTIFY changed)
    Q_PROPERTY(bool busy READ busy NOTIFY changed)
    Q_PROPERTY(int inMemory READ inMemory NOTIFY changed)
    Q_PROPERTY(bool canSend READ canSend NOTIFY changed)
    Q_PROPERTY(bool canVote READ canVote NOTIFY changed)
    Q_PROPERTY(QString hint READ hint NOTIFY changed)
    Q_PROPERTY(QString verdict READ verdict NOTIFY changed)

public:
    static constexpr int kFewest = 2;
    static constexpr int kMost = 3;

    // `random` draws the seeds and the order in which blind columns stand.
    CompareViewModel(CompareServices services, ChatViewModel &chat, EngineSession &chatEngine,
                     SettingsFile &settings, QRandomGenerator random = QRandomGenerator::securelySeeded(),
                     QObject *parent = nullptr);
    ~CompareViewModel() override;

    // One role, "entry": the column.
    [[nodiscard]] QAbstractItemModel *columns() { return &m_rows; }
    [[nodiscard]] int count() const { return m_rows.rowCount(); }
    [[nodiscard]] CompareColumn *column(int row) const { return m_rows.row(row).column; }
    [[nodiscard]] CompareTally *tally() { return &m_tally; }
    // Out of sight, nothing stays in memory longer than the answers need.
    [[nodiscard]] bool shown() const { return m_shown; }
    void setShown(bool shown);
    // All at once instead of one after another. Not while answers are written.
    [[nodiscard]] bool together() const { return m_together; }
    void setTogether(bool together);
    // Not after the first question.
    [[nodiscard]] bool blind() const { return m_blind; }
    void setBlind(bool blind);
    // The models are masked now.
    [[nodiscard]] bool hidden() const { return m_blind && begun() && !m_revealed; }
    [[nodiscard]] bool begun() const;
    [[nodiscard]] bool busy() const;
    // Models of the comparison that are in memory, come or go.
    [[nodiscard]] int inMemory() const;
    [[nodiscard]] bool canSend() const { return obstacle().isEmpty() && !busy(); }
    [[nodiscard]] bool canVote() const;
    // Why nothing can be sent, or what sending does to the chat's model; may be empty.
    [[nodiscard]] QString hint() const;
    // What was chosen, after the models were revealed.
    [[nodiscard]] QString verdict() const { return m_verdict; }

    // After the library or the list of servers changed.
    void refreshLabels();

    // Not after the first question.
    Q_INVOKABLE void choose(snug::ui::CompareColumn *column, const QString &path);
    Q_INVOKABLE void addColumn();
    Q_INVOKABLE void removeColumn(snug::ui::CompareColumn *column);

    Q_INVOKABLE void send(const QString &text);
    Q_INVOKABLE void stop();
    // Forgets the conversations; the models stay chosen.
    Q_INVOKABLE void startOver();
    Q_INVOKABLE void vote(snug::ui::CompareColumn *winner);
    Q_INVOKABLE void voteTie();
    Q_INVOKABLE void reveal();
    // Keeps the column's conversation as a chat, and loads its model there. `continued` follows.
    Q_INVOKABLE void continueWith(snug::ui::CompareColumn *column);

Q_SIGNALS:
    void changed();
    void continued();

private:
    void addRow(const QString &path);
    void keepModels();
    [[nodiscard]] QString obstacle() const;
    [[nodiscard]] bool chatHoldsMemory() const;
    [[nodiscard]] bool anyHoldsEngine() const;
    [[nodiscard]] int answers() const;
    void begin();
    void mask();
    void keepVote(int winner);
    void unveil(const QString &verdict);
    void advance();
    void onFinished(CompareColumn *column);
    void onReleased();
    void unloadAll();
    template <class Do> void forEach(const Do &act) const;

    CompareServices m_services;
    ChatViewModel &m_chat;
    EngineSession &m_chatEngine;
    SettingsFile &m_settings;
    QRandomGenerator m_random;
    CompareTally m_tally;
    std::vector<std::unique_ptr<CompareColumn>> m_columns; // in the order in which they were chosen
    RowsModel<CompareRow> m_rows;                          // as they stand
    std::deque<CompareColumn *> m_queue;
    QString m_systemPrompt;           // of the last question
    std::function<void()> m_whenFree; // once no model of ours is in memory
    bool m_shown = false;
    bool m_together;
    bool m_blind;
    bool m_revealed = false;
    QString m_verdict;
};

} // namespace snug::ui
