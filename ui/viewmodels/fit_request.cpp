// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/fit_request.h"

#include "ui/viewmodels/level_row.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr int kFirstStop = 512;
constexpr int kRound = 256; // the engine rounds contexts to it

int within(const QJsonValue &value, int least, int most, int otherwise)
{
    const double number = value.toDouble(static_cast<double>(least) - 1);
    return number >= least && number <= most ? static_cast<int>(number) : otherwise;
}

} // namespace

QJsonObject toJson(const FitRequest &request, const QStringList &levels)
{
    QJsonObject json{{u"kv_type"_s, request.kvType},    {u"gpu_layers"_s, request.gpuLayers},
                     {u"cpu_moe"_s, request.cpuMoe},    {u"parallel"_s, request.parallel},
                     {u"device"_s, request.device},     {u"machine"_s, request.machine},
                     {u"workload"_s, request.workload}, {u"levels"_s, QJsonArray::fromStringList(levels)}};
    if (request.context > 0)
        json["context"_L1] = request.context;
    if (!request.projector.isEmpty())
        json["mmproj"_L1] = request.projector;
    if (!request.draft.isEmpty())
        json["draft"_L1] = request.draft;
    if (!request.adapters.isEmpty())
        json["loras"_L1] = QJsonArray::fromStringList(request.adapters);
    return json;
}

void applyTo(FitRequest &request, const QJsonObject &change)
{
    request.context =
        within(change["context"_L1], FitRequest::kLeastContext, FitRequest::kMostContext, request.context);
    request.gpuLayers = within(change["gpu_layers"_L1], -1, FitRequest::kMostLayers, request.gpuLayers);
    request.cpuMoe = within(change["cpu_moe"_L1], 0, FitRequest::kMostLayers, request.cpuMoe);
    request.parallel = within(change["parallel"_L1], 1, FitRequest::kMostParallel, request.parallel);
    if (const QString type = change["kv_type"_L1].toString(); !type.isEmpty() && type.size() < 16)
        request.kvType = type;
    if (change["device"_L1].isString())
        request.device = shortText(change["device"_L1]);
}

std::vector<int> contextStops(std::int64_t most)
{
    const int last =
        static_cast<int>(std::clamp<std::int64_t>(most, FitRequest::kLeastContext, FitRequest::kMostContext));
    std::vector<int> stops;
    for (std::int64_t octave = kFirstStop; octave < last; octave *= 2) {
        for (int eighth = 0; eighth < 8; ++eighth) {
            const auto stop = static_cast<int>((octave + octave * eighth / 8) / kRound * kRound);
            if (stop < last && (stops.empty() || stop > stops.back()))
                stops.push_back(stop);
        }
    }
    stops.push_back(last);
    return stops;
}

double positionOf(std::int64_t context, const std::vector<int> &stops)
{
    const auto above = std::lower_bound(stops.begin(), stops.end(), context);
    if (above == stops.begin())
        return 0;
    if (above == stops.end())
        return static_cast<double>(stops.size()) - 1;
    const double low = *(above - 1);
    const double share = (static_cast<double>(context) - low) / (*above - low);
    return static_cast<double>(std::distance(stops.begin(), above)) - 1 + share;
}

} // namespace snug::ui
