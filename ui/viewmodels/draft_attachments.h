// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "ui/viewmodels/context_counter.h"
#include "ui/viewmodels/prepared_attachment.h"
#include "ui/viewmodels/problem.h"
#include "ui/viewmodels/rows_model.h"

#include <QHash>
#include <QObject>
#include <QUrl>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace snug::ui {

// One of the things that go with the message that is being written.
struct DraftAttachment {
    int id = 0;
    chat::Attachment attachment;
    QString note;             // what was done to it
    std::int64_t tokens = -1; // as the model counts them; -1: not counted
    bool counting = false;
    bool pasted = false; // a text of the clipboard

    bool operator==(const DraftAttachment &) const = default;
};

// What is attached to the message that is being written, of each conversation until the program ends. Files
// are read, images decoded and tokens counted on other threads. GUI thread; owned by ChatViewModel.
class DraftAttachments final : public QObject {
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DraftAttachments)
    Q_PROPERTY(QAbstractItemModel *rows READ rows CONSTANT)
    Q_PROPERTY(int count READ count NOTIFY changed)
    Q_PROPERTY(bool reading READ reading NOTIFY changed)
    Q_PROPERTY(snug::ui::Problem problem READ problem NOTIFY changed)

public:
    // A pasted text of more characters than this is attached.
    static constexpr qsizetype kLongPaste = 4000;
    // One of more than this is not put back into the field, which would come to a stand.
    static constexpr std::size_t kMostInline = 200'000;

    // `counter`: whom to ask for tokens, only its endpoint and model count. `refusal`: why this cannot be
    // attached now; nothing: it can.
    using Refusal = std::function<std::optional<Error>(const chat::Attachment &)>;
    DraftAttachments(ContextCounter::Ask counter, Refusal refusal, QObject *parent = nullptr);
    ~DraftAttachments() override;

    [[nodiscard]] QAbstractItemModel *rows() { return &m_rows; }
    [[nodiscard]] int count() const { return m_rows.rowCount(); }
    // Something is on its way.
    [[nodiscard]] bool reading() const { return m_task != nullptr || !m_waiting.empty(); }
    // Why the last one was refused.
    [[nodiscard]] Problem problem() const { return m_problem; }

    [[nodiscard]] std::vector<chat::Attachment> all() const;
    // The same, of which nothing stays.
    [[nodiscard]] std::vector<chat::Attachment> take();
    // Those of another conversation; 0: of the one that has not begun.
    void show(std::int64_t conversation);
    // Another model counts otherwise.
    void recount();

    Q_INVOKABLE void addFile(const QUrl &file);
    // Attaches the image, the files or the long text that the clipboard holds; false: it is to be pasted as
    // ever.
    Q_INVOKABLE bool paste();
    Q_INVOKABLE void removeAt(int row);
    // A pasted text that is to stand in the message after all; it is no longer attached.
    Q_INVOKABLE QString takeText(int row);
    Q_INVOKABLE void dismissProblem();

Q_SIGNALS:
    void changed();

private:
    using Prepare = std::function<Result<PreparedAttachment>()>;
    struct Wanted {
        Prepare prepare;
        bool pasted = false;
    };

    bool pasteImage(const QImage &image);
    bool pasteText(const QString &text);
    void want(Prepare prepare, bool pasted);
    void readNext();
    void onRead(const Result<PreparedAttachment> &read, bool pasted);
    void countNext();
    void onCounted(int id, const Result<std::int64_t> &tokens);
    void setProblem(const Problem &problem);

    ContextCounter::Ask m_counter;
    Refusal m_refusal;
    RowsModel<DraftAttachment> m_rows;
    std::int64_t m_conversation = 0;
    QHash<qint64, std::vector<DraftAttachment>> m_others; // of conversations that are not shown
    int m_lastId = 0;
    Problem m_problem;
    std::deque<Wanted> m_waiting;
    std::unique_ptr<BackgroundTask<Result<PreparedAttachment>>> m_task;
    std::unique_ptr<BackgroundTask<Result<std::int64_t>>> m_count;
};

} // namespace snug::ui
