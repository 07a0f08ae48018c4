// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/message_facts.h"

#include "ui/viewmodels/text.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QVariantMap>

#include <nlohmann/json.hpp>

using namespace Qt::StringLiterals;
using namespace nlohmann::literals;

namespace snug::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(MessageFacts)
};

class Facts {
public:
    void add(const QString &label, const QString &value)
    {
        if (!value.isEmpty())
            m_list.append(QVariantMap{{u"label"_s, label}, {u"value"_s, value}});
    }
    [[nodiscard]] QVariantList take() { return std::move(m_list); }

private:
    QVariantList m_list;
};

QString endText(const chat::Message &message)
{
    if (message.finishReason == "stop")
        return Words::tr("the model ended it");
    if (message.finishReason == "length")
        return Words::tr("the longest length was reached");
    return fromUtf8(message.finishReason);
}

// "temperature 0.8 · top_k 40": names as the server takes them.
QString settingsText(const std::string &settings)
{
    const auto json = nlohmann::json::parse(settings, nullptr, false);
    if (!json.is_object())
        return {};
    QStringList parts;
    for (const auto &[name, value] : json.items()) {
        if (value.empty() || name == "cut")
            continue; // no stop strings; told by itself
        const std::string said =
            value.is_number_float() ? QString::number(value.get<double>()).toStdString() : value.dump();
        parts.append(fromUtf8(name + " " + said));
    }
    return parts.join(u" · "_s);
}

// How many messages were left out when this was asked.
QString cutText(const std::string &settings)
{
    const auto json = nlohmann::json::parse(settings, nullptr, false);
    const auto row =
        json.is_object() ? json.value("/cut/row"_json_pointer, nlohmann::json()) : nlohmann::json();
    return row.is_number_unsigned() ? Words::tr("the oldest %1 messages").arg(row.get<std::uint64_t>())
                                    : QString();
}

} // namespace

QVariantList messageFacts(const chat::Message &message)
{
    if (message.role != chat::Role::Assistant)
        return {};
    Facts facts;
    const auto count = [](std::int64_t tokens) { return tokens < 0 ? QString() : countText(tokens); };
    const auto figure = [](double value) { return value < 0 ? QString() : QString::number(value, 'f', 1); };
    facts.add(Words::tr("Model"), fromUtf8(message.model));
    facts.add(Words::tr("Level"), fromUtf8(message.level));
    facts.add(Words::tr("SHA-256 of the file"), fromUtf8(message.modelHash));
    const QDateTime written = QDateTime::fromMSecsSinceEpoch(message.createdMs);
    facts.add(Words::tr("Written"), QLocale().toString(written, QLocale::ShortFormat));
    facts.add(Words::tr("Ended because"), endText(message));
    facts.add(Words::tr("Tokens"), count(message.tokens));
    facts.add(Words::tr("Tokens per second"), figure(message.tokensPerSecond));
    if (message.firstTokenSeconds >= 0)
        facts.add(Words::tr("First token after"), durationText(message.firstTokenSeconds));
    facts.add(Words::tr("Tokens of the prompt"), count(message.promptTokens));
    if (message.promptMs >= 0)
        facts.add(Words::tr("Reading the prompt"), durationText(message.promptMs / 1000));
    if (message.draftTokens > 0)
        facts.add(Words::tr("Guessed ahead"),
                  Words::tr("%1 of %2 tokens right")
                      .arg(countText(std::max<std::int64_t>(message.draftAccepted, 0)),
                           countText(message.draftTokens)));
    facts.add(Words::tr("Not sent"), cutText(message.settings));
    facts.add(Words::tr("Settings"), settingsText(message.settings));
    return facts.take();
}

} // namespace snug::ui
