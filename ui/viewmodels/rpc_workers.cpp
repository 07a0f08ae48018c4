// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/rpc_workers.h"

#include "core/http/url.h"
#include "ui/viewmodels/settings_file.h"
#include "ui/viewmodels/text.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <utility>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr auto kGroup = "devices";
constexpr auto kList = "rpc_workers";
const QString kVariable = u"SNUG_RPC_WORKERS"_s;
constexpr qsizetype kLongestAddress = 260;

// What was lent, or why nothing was.
Result<QString> lent(const QJsonObject &result)
{
    QStringList names;
    for (const auto &entry : result["devices"_L1].toArray()) {
        const QJsonObject device = entry.toObject();
        if (device["backend"_L1].toString() == u"RPC")
            names.append(RpcWorkers::tr("%1, %2").arg(device["name"_L1].toString(),
                                                      bytesText(device["total_bytes"_L1].toInteger())));
    }
    if (!names.isEmpty())
        return names.join(u" · "_s);
    for (const auto &entry : result["unavailable"_L1].toArray()) {
        const QJsonObject missing = entry.toObject();
        if (missing["backend"_L1].toString() == u"RPC")
            return fail(ErrorKind::Device, toUtf8(missing["reason"_L1].toString()), {},
                        toUtf8(RpcWorkers::tr("Start “snug-cli worker” of the same version there, and look "
                                              "at the address.")));
    }
    return fail(ErrorKind::Device, toUtf8(RpcWorkers::tr("That machine lends no device.")));
}

} // namespace

bool isWorkerAddress(const QString &text)
{
    static const QRegularExpression shape(uR"(^[^\s,/?#@]+:(\d{1,5})$)"_s);
    const auto match = shape.match(text);
    const int port = match.captured(1).toInt();
    return text.size() <= kLongestAddress && match.hasMatch() && port > 0 && port < 65536 &&
           http::Url::parse("http://" + toUtf8(text)).has_value();
}

RpcWorkers::RpcWorkers(QString program, SettingsFile &settings, QObject *parent)
    : QObject(parent), m_program(std::move(program)), m_settings(settings)
{
    for (const QString &address : m_settings.texts(kGroup, kList)) {
        if (isWorkerAddress(address) && !m_addresses.contains(address) && m_addresses.size() < kMostWorkers)
            m_addresses.append(address);
    }
}

RpcWorkers::~RpcWorkers() = default;

QMap<QString, QString> RpcWorkers::environment() const
{
    if (m_addresses.isEmpty())
        return {};
    QStringList all = m_addresses;
    const QString ours = qEnvironmentVariable(kVariable.toLatin1().constData());
    if (!ours.isEmpty())
        all.prepend(ours);
    return {{kVariable, all.join(u',')}};
}

void RpcWorkers::beginForm()
{
    if (m_child)
        m_child->cancel();
    m_found.clear();
    m_problem = {};
    Q_EMIT formChanged();
}

void RpcWorkers::add(const QString &text)
{
    const QString address = text.trimmed();
    if (m_child)
        return;
    m_found.clear();
    m_problem = {};
    if (!isWorkerAddress(address))
        return refuse({ErrorKind::InvalidArgument,
                       toUtf8(tr("That is no worker's address.")),
                       {},
                       toUtf8(tr("It looks like 192.168.1.20:50052."))});
    if (m_addresses.contains(address))
        return refuse({ErrorKind::InvalidArgument, toUtf8(tr("That worker is in the list.")), {}, {}});
    if (m_addresses.size() >= kMostWorkers)
        return refuse({ErrorKind::TooLarge,
                       toUtf8(tr("%1 workers are the most that the engine takes.").arg(kMostWorkers)),
                       {},
                       {}});
    m_child = std::make_unique<WorkerProcess>(
        WorkerCommand{m_program, {u"devices"_s, u"--json"_s}, {{kVariable, address}}});
    connect(m_child.get(), &WorkerProcess::finished, this,
            [this, address](const Outcome &outcome) { onChecked(address, outcome); });
    m_child->start();
    Q_EMIT formChanged();
}

void RpcWorkers::onChecked(const QString &address, const Outcome &outcome)
{
    m_child.release()->deleteLater();
    const Result<QString> words =
        outcome ? lent(*outcome) : Result<QString>(tl::make_unexpected(outcome.error()));
    if (!words)
        return refuse(words.error());
    m_found = *words;
    m_addresses.append(address);
    keep();
    Q_EMIT formChanged();
    Q_EMIT added();
}

void RpcWorkers::refuse(const Error &error)
{
    if (error.kind != ErrorKind::Cancelled)
        m_problem = problemFrom(error);
    Q_EMIT formChanged();
}

void RpcWorkers::remove(const QString &address)
{
    if (m_addresses.removeAll(address) > 0)
        keep();
}

void RpcWorkers::keep()
{
    m_settings.setTexts(kGroup, kList, m_addresses);
    Q_EMIT changed();
}

} // namespace snug::ui
