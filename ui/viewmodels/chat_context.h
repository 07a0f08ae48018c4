// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/context_edge.h"
#include "ui/viewmodels/chat_rows.h"

#include <QObject>

#include <string>

namespace snug::ui {

class SettingsFile;

// What of the open conversation the model is given: all of it, or what stands below a cut, because the
// context was full. Each answer remembers the cut with which it was asked for, so that every way through a
// conversation has its own. GUI thread; owned by ChatViewModel.
class ChatContext final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatContext)
    Q_PROPERTY(QString atEdge READ atEdge WRITE setAtEdge NOTIFY atEdgeChanged)
    Q_PROPERTY(int cutRow READ cutRow NOTIFY cutChanged)
    Q_PROPERTY(QString summary READ summary NOTIFY cutChanged)

public:
    // Both outlive this.
    ChatContext(const RowsModel<MessageRow> &messages, SettingsFile &settings, QObject *parent = nullptr);

    // What happens when a question does not fit: "stop", "drop" or "summarise"; of all conversations.
    [[nodiscard]] QString atEdge() const { return QString::fromStdString(m_atEdge); }
    void setAtEdge(const QString &name);
    [[nodiscard]] chat::AtEdge choice() const { return chat::atEdgeFromName(m_atEdge); }
    // The first row that is sent; 0: all are.
    [[nodiscard]] int cutRow() const { return m_cut.row; }
    // What the model said of the rows above; empty: nothing stands for them.
    [[nodiscard]] QString summary() const { return QString::fromStdString(m_cut.summary); }

    // From the next question on, nothing is left out unless it has to be.
    Q_INVOKABLE void sendAllAgain();

    // In numbers of the messages of a request, as chat::sentWith takes it.
    [[nodiscard]] chat::ContextCut cut() const;
    // `settings` of an answer that is asked for with this cut.
    [[nodiscard]] std::string settingsWith(const std::string &settings, const chat::ContextCut &cut) const;

Q_SIGNALS:
    void atEdgeChanged();
    void cutChanged();

private:
    struct RowCut {
        int row = 0;
        std::string summary;

        bool operator==(const RowCut &) const = default;
    };

    static RowCut cutFrom(const std::string &settings);
    [[nodiscard]] const chat::Message *lastAnswer() const;
    void refresh();

    const RowsModel<MessageRow> &m_messages;
    SettingsFile &m_settings;
    std::string m_atEdge;
    RowCut m_cut;
    std::int64_t m_forgotten = 0; // the answer whose cut does not count any more
};

} // namespace snug::ui
