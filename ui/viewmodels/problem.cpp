// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/problem.h"

#include "ui/viewmodels/text.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr std::string_view kLog = "log";

QString valueText(const Error::Value &value)
{
    if (const auto *number = std::get_if<std::int64_t>(&value))
        return QString::number(*number);
    return fromUtf8(std::get<std::string>(value));
}

} // namespace

Problem problemFrom(const Error &error)
{
    Problem problem;
    problem.present = true;
    problem.kind = fromUtf8(kindName(error.kind));
    problem.message = fromUtf8(error.message);
    problem.hint = fromUtf8(error.hint);
    QStringList lines;
    for (const auto &[name, value] : error.detail) {
        if (name != kLog)
            lines.append(u"%1: %2"_qs.arg(fromUtf8(name), valueText(value)));
    }
    if (const QString log = detailText(error, kLog); !log.isEmpty())
        lines.append(log);
    problem.details = lines.join(u'\n');
    return problem;
}

QString detailText(const Error &error, std::string_view name)
{
    const auto found = std::find_if(error.detail.begin(), error.detail.end(),
                                    [name](const auto &entry) { return entry.first == name; });
    return found == error.detail.end() ? QString() : valueText(found->second);
}

} // namespace snug::ui
