// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
// The part of ChatViewModel that deals with what is attached.
#include "ui/viewmodels/answer_message.h"
#include "ui/viewmodels/chat_view_model.h"
#include "ui/viewmodels/engine_session.h"
#include "ui/viewmodels/text.h"

namespace snug::ui {

std::optional<ContextCounter::Question> ChatViewModel::counting() const
{
    if (!m_engine.isReady() || m_engine.endpoint().dialect == chat::Dialect::Standard)
        return std::nullopt;
    ContextCounter::Question question{serverOf(m_engine.endpoint()), {}};
    question.request.model = toUtf8(m_engine.endpoint().model);
    question.request.dialect = m_engine.endpoint().dialect;
    return question;
}

std::optional<Error> ChatViewModel::refusalOf(const chat::Attachment &attachment) const
{
    if (attachment.kind != chat::AttachmentKind::Image || !m_engine.isReady() || m_engine.sees())
        return std::nullopt;
    return Error{
        ErrorKind::Unsupported,
        tr("%1 sees no images: there is no projector beside it.").arg(m_engine.modelName()).toStdString(),
        {},
        tr("A model that sees comes with a second file, mmproj-….gguf, in the same repository. "
           "Download it into the model's folder and load the model again.")
            .toStdString()};
}

// Of the whole conversation: the model may be another one than before.
std::optional<Error> ChatViewModel::refusalOfImages() const
{
    for (const MessageRow &row : m_history.messages().rows()) {
        for (const chat::Attachment &attachment : row.message.attachments) {
            if (auto refused = refusalOf(attachment))
                return refused;
        }
    }
    return std::nullopt;
}

} // namespace snug::ui
