// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
// The part of ChatViewModel that does what a line beginning with "/" says.
#include "ui/viewmodels/chat_view_model.h"
#include "ui/viewmodels/text.h"

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

Problem refusal(std::string message, std::string hint)
{
    return problemFrom({ErrorKind::InvalidArgument, std::move(message), {}, std::move(hint)});
}

} // namespace

QVariantList ChatViewModel::commands() const
{
    QVariantList list;
    for (const chat::CommandEntry &entry : chat::chatCommands()) {
        if (entry.place == chat::CommandPlace::Both)
            list.append(QVariantMap{{u"name"_s, fromUtf8(entry.name)},
                                    {u"arguments"_s, fromUtf8(entry.arguments)},
                                    {u"description"_s, fromUtf8(entry.description)}});
    }
    return list;
}

bool ChatViewModel::enter(const QString &line)
{
    const chat::ChatLine parsed = chat::parseChatLine(toUtf8(line));
    if (parsed.command != chat::ChatCommand::Say)
        return run(parsed);
    return send(fromUtf8(parsed.text));
}

bool ChatViewModel::run(const chat::ChatLine &line)
{
    using chat::ChatCommand;
    const QString arguments = fromUtf8(line.text);
    switch (line.command) {
    case ChatCommand::Regenerate:
        if (!canRegenerate())
            return false;
        regenerate();
        return true;
    case ChatCommand::Edit:
        return editQuestion(line.text);
    case ChatCommand::Undo:
        if (busy() || lastQuestion() < 0)
            return false;
        deleteMessage(lastQuestion());
        Q_EMIT told(tr("The last question is deleted"), true);
        return true;
    case ChatCommand::System:
        setSystemPrompt(arguments);
        Q_EMIT told(arguments.isEmpty() ? tr("There is no system prompt now")
                                        : tr("The system prompt is set"),
                    false);
        return true;
    case ChatCommand::Reset: {
        const QString prompt = systemPrompt();
        newChat();
        setSystemPrompt(prompt);
        return true;
    }
    case ChatCommand::Context:
        Q_EMIT told(contextWords(), false);
        return true;
    case ChatCommand::Attach:
        if (arguments.isEmpty())
            return pass(u"attach"_s, arguments);
        m_attachments.addFile(QUrl::fromLocalFile(arguments));
        return true;
    case ChatCommand::Prompt:
        return pass(u"prompt"_s, arguments);
    case ChatCommand::Template:
        return pass(u"template"_s, arguments);
    case ChatCommand::Lora:
        return pass(u"lora"_s, arguments);
    case ChatCommand::Save:
        return pass(u"save"_s, arguments);
    case ChatCommand::Help:
        Q_EMIT commandGiven(u"help"_s, arguments);
        return false; // the next one is to be typed
    default:
        setProblem(refusal(
            tr("There is no command %1.").arg(arguments).toStdString(),
            tr("“/help” shows all of them. “//” says a text that begins with a slash.").toStdString()));
        return false;
    }
}

bool ChatViewModel::pass(const QString &command, const QString &arguments)
{
    Q_EMIT commandGiven(command, arguments);
    return true;
}

bool ChatViewModel::editQuestion(const std::string &arguments)
{
    const auto wanted = chat::parseNumbered(arguments);
    if (!wanted || wanted->text.empty()) {
        setProblem(
            refusal(tr("This command needs the number of a question and its new wording.").toStdString(),
                    tr("Write it like “/edit 2 another question”.").toStdString()));
        return false;
    }
    std::int64_t questions = 0;
    const auto &rows = m_history.messages().rows();
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (rows[row].message.role == chat::Role::User && ++questions == wanted->number) {
            edit(static_cast<int>(row), fromUtf8(wanted->text));
            return true;
        }
    }
    setProblem(refusal(tr("There is no question %1.").arg(wanted->number).toStdString(), {}));
    return false;
}

int ChatViewModel::lastQuestion() const
{
    const auto &rows = m_history.messages().rows();
    for (auto row = std::ssize(rows) - 1; row >= 0; --row) {
        if (rows[static_cast<std::size_t>(row)].message.role == chat::Role::User)
            return static_cast<int>(row);
    }
    return -1;
}

QString ChatViewModel::contextWords() const
{
    if (contextSize() <= 0)
        return tr("No model is loaded, so there is no context");
    const QString used =
        tr("The context holds %1 of %2 tokens").arg(countText(m_contextUsed), countText(contextSize()));
    if (m_context.cutRow() == 0)
        return used;
    return tr("%1; the oldest %Ln message(s) are not sent", "", m_context.cutRow()).arg(used);
}

} // namespace snug::ui
