// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/chat_exchange.h"

#include "core/base/atomic_file.h"
#include "core/chat/exchange/export.h"
#include "core/chat/exchange/import.h"
#include "ui/viewmodels/text.h"

#include <QFileInfo>

namespace snug::ui {
namespace {

using chat::ConversationStore;

// What stands in the file for one conversation.
Result<std::string> textOf(ConversationStore &store, std::int64_t id, const QString &format)
{
    if (format == u"snug") {
        SNUG_TRY(const chat::ConversationTree tree, store.tree(id));
        return chat::snugJsonOf({&tree, 1});
    }
    SNUG_TRY(const chat::Conversation conversation, store.load(id));
    return format == u"openai" ? chat::openAiJsonOf(conversation) : chat::markdownOf(conversation);
}

Result<std::vector<chat::ConversationTree>> everything(ConversationStore &store, const std::stop_token &stop)
{
    SNUG_TRY(const auto infos, store.list());
    std::vector<chat::ConversationTree> trees;
    for (const chat::ConversationInfo &info : infos) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "The export was stopped.");
        SNUG_TRY(chat::ConversationTree tree, store.tree(info.id));
        trees.push_back(std::move(tree));
    }
    return trees;
}

Result<int> takeIn(ConversationStore &store, const std::filesystem::path &file, const std::stop_token &stop)
{
    SNUG_TRY(const std::string bytes,
             readSmallFile(file, static_cast<std::int64_t>(chat::kImportLimits.bytes)));
    SNUG_TRY(const auto trees, chat::readConversations(bytes));
    int taken = 0;
    for (const chat::ConversationTree &tree : trees) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "The import was stopped; what is in the list stays.");
        SNUG_CHECK(store.insert(tree));
        ++taken;
    }
    return taken;
}

} // namespace

ChatExchange::ChatExchange(ConversationStore *store, QObject *parent) : QObject(parent), m_store(store) {}

ChatExchange::~ChatExchange()
{
    if (m_task) {
        m_task->cancel();
        m_task->wait();
    }
}

void ChatExchange::run(Work work, std::function<void(int)> done)
{
    if (m_store == nullptr || m_task)
        return;
    m_task = std::make_unique<BackgroundTask<Result<int>>>(
        [work = std::move(work), file = m_store->file()](const std::stop_token &stop) -> Result<int> {
            SNUG_TRY(const auto store,
                     ConversationStore::open(file, &std::chrono::system_clock::now, chat::Opening::Beside));
            return work(*store, stop);
        },
        [this, done = std::move(done)](const Result<int> &result) {
            m_task.reset();
            Q_EMIT busyChanged();
            if (result)
                done(*result);
            else
                Q_EMIT failed(result.error());
        });
    Q_EMIT busyChanged();
}

void ChatExchange::exportChat(const QString &id, const QString &format, const QUrl &file)
{
    const std::filesystem::path path = toPath(file.toLocalFile());
    run(
        [id = id.toLongLong(), format, path](ConversationStore &store,
                                             const std::stop_token &) -> Result<int> {
            SNUG_TRY(const std::string text, textOf(store, id, format));
            SNUG_CHECK(writeFileAtomically(path, text));
            return 1;
        },
        [this, path](int) { Q_EMIT exported(fromPath(path.filename())); });
}

void ChatExchange::exportAll(const QUrl &file)
{
    const std::filesystem::path path = toPath(file.toLocalFile());
    run(
        [path](ConversationStore &store, const std::stop_token &stop) -> Result<int> {
            SNUG_TRY(const auto trees, everything(store, stop));
            SNUG_CHECK(writeFileAtomically(path, chat::snugJsonOf(trees)));
            return static_cast<int>(trees.size());
        },
        [this, path](int) { Q_EMIT exported(fromPath(path.filename())); });
}

void ChatExchange::importFile(const QUrl &file)
{
    const std::filesystem::path path = toPath(file.toLocalFile());
    run([path](ConversationStore &store, const std::stop_token &stop) { return takeIn(store, path, stop); },
        [this](int conversations) { Q_EMIT imported(conversations); });
}

} // namespace snug::ui
