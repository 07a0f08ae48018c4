// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/draft_attachments.h"

#include "core/chat/attachment_tokens.h"
#include "ui/viewmodels/attachment_words.h"
#include "ui/viewmodels/text.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(DraftAttachments)
};

bool isImage(const DraftAttachment &row)
{
    return row.attachment.kind == chat::AttachmentKind::Image;
}

// About four bytes are a token; said only where nobody can count.
QString tokensText(const DraftAttachment &row)
{
    constexpr std::size_t kBytesOfToken = 4;
    if (row.counting)
        return Words::tr("counting");
    if (row.tokens >= 0)
        return row.tokens == 1 ? Words::tr("1 token") : Words::tr("%1 tokens").arg(countText(row.tokens));
    if (isImage(row))
        return {};
    const auto tokens = static_cast<std::int64_t>(row.attachment.content().size() / kBytesOfToken) + 1;
    return Words::tr("about %1 tokens").arg(countText(tokens));
}

QVariant detail(const DraftAttachment &row)
{
    QStringList parts{isImage(row) ? sizeWords(row.attachment) : QString(), tokensText(row)};
    parts.removeAll(QString());
    return parts.join(u" · "_s);
}

QVariant canInline(const DraftAttachment &row)
{
    return row.pasted && row.attachment.content().size() <= DraftAttachments::kMostInline;
}

constexpr int kFirst = Qt::UserRole + 1;
constexpr std::array<RoleEntry<DraftAttachment>, 6> kRoles = {{
    {kFirst, "name", [](const DraftAttachment &row) -> QVariant { return fromUtf8(row.attachment.name); }},
    {kFirst + 1, "detail", detail},
    {kFirst + 2, "isImage", [](const DraftAttachment &row) -> QVariant { return isImage(row); }},
    {kFirst + 3, "image", [](const DraftAttachment &row) -> QVariant { return imageOf(row.attachment); }},
    {kFirst + 4, "note", [](const DraftAttachment &row) -> QVariant { return row.note; }},
    {kFirst + 5, "canInline", canInline},
}};

} // namespace

DraftAttachments::DraftAttachments(ContextCounter::Ask counter, Refusal refusal, QObject *parent)
    : QObject(parent), m_counter(std::move(counter)), m_refusal(std::move(refusal)), m_rows(kRoles)
{
}

DraftAttachments::~DraftAttachments() = default;

std::vector<chat::Attachment> DraftAttachments::all() const
{
    std::vector<chat::Attachment> attachments;
    for (const DraftAttachment &row : m_rows.rows())
        attachments.push_back(row.attachment);
    return attachments;
}

std::vector<chat::Attachment> DraftAttachments::take()
{
    std::vector<chat::Attachment> attachments = all();
    m_rows.reset({});
    Q_EMIT changed();
    return attachments;
}

void DraftAttachments::show(std::int64_t conversation)
{
    if (conversation == m_conversation)
        return;
    m_others.insert(std::exchange(m_conversation, conversation), m_rows.rows());
    m_rows.reset(m_others.take(conversation));
    setProblem({});
    recount();
    Q_EMIT changed();
}

void DraftAttachments::addFile(const QUrl &file)
{
    want([path = toPath(file.toLocalFile())] { return prepareFile(path); }, false);
}

// A file manager gives the paths of its files as text too, a spreadsheet a picture of its cells.
bool DraftAttachments::paste()
{
    const QMimeData *mime = QGuiApplication::clipboard()->mimeData();
    if (mime == nullptr)
        return false;
    const QList<QUrl> urls = mime->urls();
    const bool files = !urls.isEmpty() && std::all_of(urls.begin(), urls.end(),
                                                      [](const QUrl &url) { return url.isLocalFile(); });
    if (files) {
        for (const QUrl &url : urls)
            addFile(url);
        return true;
    }
    const bool words = mime->hasFormat(u"text/plain"_s);
    if (mime->hasImage() && !words)
        return pasteImage(mime->imageData().value<QImage>());
    return words && pasteText(mime->text());
}

bool DraftAttachments::pasteImage(const QImage &image)
{
    if (image.isNull())
        return false;
    want([image] { return prepareImage(Words::tr("Pasted image.png"), image); }, true);
    return true;
}

bool DraftAttachments::pasteText(const QString &text)
{
    if (text.size() <= kLongPaste)
        return false;
    want(
        [text]() -> Result<PreparedAttachment> {
            SNUG_TRY(auto made, chat::makeAttachment(toUtf8(Words::tr("Pasted text.txt")), toUtf8(text)));
            return PreparedAttachment{std::move(made), {}};
        },
        true);
    return true;
}

void DraftAttachments::want(Prepare prepare, bool pasted)
{
    m_waiting.push_back({std::move(prepare), pasted});
    setProblem({});
    if (!m_task)
        readNext();
    Q_EMIT changed();
}

void DraftAttachments::readNext()
{
    m_task.reset();
    if (m_waiting.empty())
        return;
    Wanted next = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_task = std::make_unique<BackgroundTask<Result<PreparedAttachment>>>(
        [prepare = std::move(next.prepare)](const std::stop_token &) { return prepare(); },
        [this, pasted = next.pasted](const Result<PreparedAttachment> &read) { onRead(read, pasted); });
}

void DraftAttachments::onRead(const Result<PreparedAttachment> &read, bool pasted)
{
    std::optional<Error> refused;
    if (!read)
        refused = read.error();
    else if (std::cmp_greater_equal(count(), chat::kMostAttachments))
        refused =
            Error{ErrorKind::TooLarge, tr("Too much is attached to one message.").toStdString(), {}, {}};
    else
        refused = m_refusal(read->attachment);
    if (refused) {
        setProblem(problemFrom(*refused));
    } else {
        m_rows.append({++m_lastId, read->attachment, read->note, -1, m_counter().has_value(), pasted});
        countNext();
    }
    readNext();
    Q_EMIT changed();
}

void DraftAttachments::recount()
{
    m_count.reset();
    const bool counts = m_counter().has_value();
    for (int row = 0; row < count(); ++row) {
        DraftAttachment entry = m_rows.row(row);
        entry.tokens = -1;
        entry.counting = counts;
        m_rows.replace(row, entry);
    }
    countNext();
}

void DraftAttachments::countNext()
{
    if (m_count)
        return;
    const auto &rows = m_rows.rows();
    const auto next =
        std::find_if(rows.begin(), rows.end(), [](const DraftAttachment &row) { return row.counting; });
    if (next == rows.end())
        return;
    auto question = m_counter();
    if (!question) {
        onCounted(next->id, fail(ErrorKind::Unsupported, {}));
        return;
    }
    m_count = std::make_unique<BackgroundTask<Result<std::int64_t>>>(
        [question = *std::move(question), attachment = next->attachment](const std::stop_token &stop) {
            return chat::attachmentTokens(chat::OpenAiClient(question.endpoint), question.request, attachment,
                                          stop);
        },
        [this, id = next->id](const Result<std::int64_t> &tokens) {
            m_count.reset();
            onCounted(id, tokens);
        });
}

// A server that cannot count leaves the estimate.
void DraftAttachments::onCounted(int id, const Result<std::int64_t> &tokens)
{
    for (int row = 0; row < count(); ++row) {
        DraftAttachment entry = m_rows.row(row);
        if (entry.id != id)
            continue;
        entry.counting = false;
        entry.tokens = tokens.value_or(-1);
        m_rows.replace(row, entry);
    }
    countNext();
}

void DraftAttachments::removeAt(int row)
{
    if (row < 0 || row >= count())
        return;
    m_rows.remove(row);
    Q_EMIT changed();
}

QString DraftAttachments::takeText(int row)
{
    if (row < 0 || row >= count() || !canInline(m_rows.row(row)).toBool())
        return {};
    const QString text = fromUtf8(m_rows.row(row).attachment.content());
    removeAt(row);
    return text;
}

void DraftAttachments::setProblem(const Problem &problem)
{
    if (problem == m_problem)
        return;
    m_problem = problem;
    Q_EMIT changed();
}

void DraftAttachments::dismissProblem()
{
    setProblem({});
}

} // namespace snug::ui
