// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/load_settings.h"

#include "core/fit/request_check.h"
#include "ui/viewmodels/text.h"

#include <QCoreApplication>
#include <QDir>
#include <QJsonArray>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

using nlohmann::json;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(LoadSettings)
};

bool isOneOf(const QString &name, const std::vector<std::string> &names)
{
    return std::find(names.begin(), names.end(), toUtf8(name)) != names.end();
}

bool isPath(const QString &path)
{
    return path.size() <= LoadSettings::kLongestPath && QDir::isAbsolutePath(path) &&
           !path.contains(QChar(0));
}

QString textIn(const json &object, const char *name)
{
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? fromUtf8(found->get_ref<const std::string &>())
                                                       : QString();
}

// `otherwise` is the least that there is.
int numberIn(const json &object, const char *name, int otherwise, std::int64_t most)
{
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_integer())
        return otherwise;
    const bool huge = found->is_number_unsigned() && found->get<std::uint64_t>() > INT32_MAX;
    const auto value = huge ? std::int64_t{-2} : found->get<std::int64_t>();
    return value < otherwise || value > most ? otherwise : static_cast<int>(value);
}

std::vector<LoraChoice> lorasIn(const json &object)
{
    std::vector<LoraChoice> loras;
    const auto found = object.find("loras");
    if (found == object.end() || !found->is_array())
        return loras;
    for (const json &entry : *found) {
        if (!entry.is_object() || loras.size() >= LoadSettings::kMostAdapters)
            continue;
        const auto scale = entry.find("scale");
        const auto on = entry.find("on");
        loras.push_back({textIn(entry, "path"),
                         scale != entry.end() && scale->is_number() ? scale->get<double>() : 1,
                         on == entry.end() || *on != false});
    }
    return loras;
}

bool sameFiles(const std::vector<LoraChoice> &a, const std::vector<LoraChoice> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const LoraChoice &x, const LoraChoice &y) { return x.path == y.path; });
}

bool sameScales(const std::vector<LoraChoice> &a, const std::vector<LoraChoice> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const LoraChoice &x, const LoraChoice &y) {
        return std::abs(x.effective() - y.effective()) < 1e-6;
    });
}

} // namespace

LoadSettings bounded(LoadSettings settings)
{
    settings.context = static_cast<int>(std::clamp<std::int64_t>(settings.context, 0, fit::kMostContext));
    settings.gpuLayers = std::clamp(settings.gpuLayers, -1, fit::kMostLayers);
    settings.draftTokens = std::clamp(settings.draftTokens, 0, fit::kMostDraftTokens);
    const LoadSettings usual;
    if (!isOneOf(settings.kvType, fit::kvTypeNames()))
        settings.kvType = usual.kvType;
    if (!isOneOf(settings.kvTypeV, fit::kvTypeNames()) || settings.kvTypeV == settings.kvType)
        settings.kvTypeV.clear();
    if (!isOneOf(settings.flashAttention, fit::flashAttentionNames()))
        settings.flashAttention = usual.flashAttention;
    if (!settings.draftsItself() && !isPath(settings.draft))
        settings.draft.clear();
    if (settings.chatTemplate != u"chatml" && !isPath(settings.chatTemplate))
        settings.chatTemplate.clear();
    std::vector<LoraChoice> loras;
    for (LoraChoice &lora : settings.loras) {
        const bool known = std::any_of(loras.begin(), loras.end(),
                                       [&lora](const LoraChoice &other) { return other.path == lora.path; });
        if (!isPath(lora.path) || known || loras.size() >= LoadSettings::kMostAdapters)
            continue;
        lora.scale = std::isfinite(lora.scale)
                         ? std::clamp(lora.scale, -LoadSettings::kMostScale, LoadSettings::kMostScale)
                         : 1;
        loras.push_back(std::move(lora));
    }
    settings.loras = std::move(loras);
    return settings;
}

json toJson(const LoadSettings &settings)
{
    const LoadSettings usual;
    json kept = json::object();
    const auto keep = [&kept](const char *name, const auto &value, const auto &otherwise) {
        if (value != otherwise)
            kept[name] = value;
    };
    keep("context", settings.context, usual.context);
    keep("gpu_layers", settings.gpuLayers, usual.gpuLayers);
    keep("kv_type", toUtf8(settings.kvType), toUtf8(usual.kvType));
    keep("kv_type_v", toUtf8(settings.kvTypeV), std::string());
    keep("flash_attn", toUtf8(settings.flashAttention), toUtf8(usual.flashAttention));
    keep("draft", toUtf8(settings.draft), std::string());
    keep("draft_max", settings.draftTokens, usual.draftTokens);
    keep("chat_template", toUtf8(settings.chatTemplate), std::string());
    for (const LoraChoice &lora : settings.loras)
        kept["loras"].push_back({{"path", toUtf8(lora.path)}, {"scale", lora.scale}, {"on", lora.on}});
    return kept;
}

LoadSettings loadSettingsFrom(const json &kept)
{
    LoadSettings settings;
    if (!kept.is_object())
        return settings;
    settings.context = numberIn(kept, "context", settings.context, fit::kMostContext);
    settings.gpuLayers = numberIn(kept, "gpu_layers", settings.gpuLayers, fit::kMostLayers);
    settings.kvType = textIn(kept, "kv_type");
    settings.kvTypeV = textIn(kept, "kv_type_v");
    settings.flashAttention = textIn(kept, "flash_attn");
    settings.draft = textIn(kept, "draft");
    settings.draftTokens = numberIn(kept, "draft_max", settings.draftTokens, fit::kMostDraftTokens);
    settings.loras = lorasIn(kept);
    settings.chatTemplate = textIn(kept, "chat_template");
    return bounded(std::move(settings));
}

QStringList serveArguments(const LoadSettings &settings)
{
    const LoadSettings usual;
    QStringList arguments;
    const auto give = [&arguments](const QString &name, const QString &value) { arguments << name << value; };
    if (settings.context > 0)
        give(u"--ctx"_s, QString::number(settings.context));
    if (settings.gpuLayers >= 0)
        give(u"--gpu-layers"_s, QString::number(settings.gpuLayers));
    if (settings.kvType != usual.kvType)
        give(u"--kv-type"_s, settings.kvType);
    if (!settings.kvTypeV.isEmpty())
        give(u"--kv-type-v"_s, settings.kvTypeV);
    if (settings.flashAttention != usual.flashAttention)
        give(u"--flash-attn"_s, settings.flashAttention);
    if (!settings.draft.isEmpty())
        give(u"--draft"_s, settings.draft);
    if (!settings.draft.isEmpty() && settings.draftTokens > 0)
        give(u"--draft-max"_s, QString::number(settings.draftTokens));
    // Always with its scale, so that a colon in a name is no question.
    for (const LoraChoice &lora : settings.loras)
        give(u"--lora"_s, lora.path + u':' + QString::number(lora.effective()));
    if (!settings.chatTemplate.isEmpty())
        give(u"--chat-template"_s, settings.chatTemplate);
    return arguments;
}

QJsonObject fitQuestion(const LoadSettings &settings, const QString &level)
{
    QJsonArray loras;
    for (const LoraChoice &lora : settings.loras)
        loras.append(lora.path);
    QJsonObject question{{u"kv_type"_s, settings.kvType},
                         {u"kv_type_v"_s, settings.kvTypeV},
                         {u"flash_attn"_s, settings.flashAttention},
                         {u"gpu_layers"_s, settings.gpuLayers},
                         {u"draft"_s, settings.draft},
                         {u"draft_max"_s, settings.draftTokens},
                         {u"loras"_s, loras},
                         {u"levels"_s, QJsonArray{level}}};
    if (settings.context > 0)
        question["context"_L1] = settings.context;
    return question;
}

QStringList differences(const LoadSettings &loaded, const LoadSettings &wanted)
{
    QStringList list;
    const auto note = [&list](bool differs, const QString &what) {
        if (differs)
            list.append(what);
    };
    note(loaded.context != wanted.context, Words::tr("context"));
    note(loaded.kvType != wanted.kvType || loaded.valueType() != wanted.valueType(), Words::tr("KV cache"));
    note(loaded.flashAttention != wanted.flashAttention, Words::tr("flash attention"));
    note(loaded.gpuLayers != wanted.gpuLayers, Words::tr("GPU layers"));
    const bool files = sameFiles(loaded.loras, wanted.loras);
    note(!files, Words::tr("LoRA adapters"));
    note(files && !sameScales(loaded.loras, wanted.loras), Words::tr("scale of LoRA adapters"));
    note(loaded.draft != wanted.draft ||
             (!wanted.draft.isEmpty() && loaded.draftTokens != wanted.draftTokens),
         Words::tr("guessing ahead"));
    note(loaded.chatTemplate != wanted.chatTemplate, Words::tr("chat template"));
    return list;
}

} // namespace snug::ui
