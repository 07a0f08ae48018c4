// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/convert_source.h"

#include "core/base/units.h"
#include "ui/viewmodels/level_row.h"
#include "ui/viewmodels/text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

constexpr qsizetype kLongestName = 120;
constexpr qsizetype kMostNotes = 8;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(snug::ui::ConvertSource)
};

// "398, BF16" or "398, BF16 and F32"
QString tensorsText(const QJsonObject &tensors)
{
    const std::int64_t count = wholeNumber(tensors["count"_L1]);
    if (count == 0)
        return {};
    const QJsonObject types = tensors["by_type"_L1].toObject();
    QStringList names = types.keys();
    std::sort(names.begin(), names.end(), [&types](const QString &left, const QString &right) {
        return wholeNumber(types[left]) > wholeNumber(types[right]);
    });
    if (names.isEmpty())
        return countText(count);
    const QString more = names.size() > 2 ? u"…"_s : QString();
    return Words::tr("%1, %2").arg(countText(count), names.mid(0, 2).join(u", "_s) + more);
}

QVariantMap check(const QString &kind, const QString &text)
{
    return {{u"kind"_s, kind}, {u"text"_s, text}};
}

QVariantMap templateCheck(const QJsonObject &plan)
{
    return plan["has_chat_template"_L1].toBool()
               ? check(u"done"_s, Words::tr("A chat template is there"))
               : check(u"note"_s, Words::tr("Without a chat template: it continues text"));
}

} // namespace

QString ConvertSource::argument() const
{
    if (!path.isEmpty() || repository.isEmpty())
        return path;
    const QString pinned = commit.isEmpty() ? repository : repository + u'@' + commit;
    return file.isEmpty() ? pinned : pinned + u':' + file;
}

QString ConvertSource::shown() const
{
    if (path.isEmpty())
        return file.isEmpty() ? repository : Words::tr("%1, %2").arg(repository, file);
    const QString home = QDir::homePath();
    return path.startsWith(home + u'/') ? u'~' + path.mid(home.size()) : path;
}

ConvertSource convertSourceAt(const QUrl &url)
{
    const QFileInfo info(url.toLocalFile());
    if (!url.isLocalFile() || !info.exists())
        return {};
    ConvertSource source;
    const QString ending = info.suffix().toLower();
    if (info.isDir() || ending == u"gguf")
        source.path = info.absoluteFilePath();
    else if (ending == u"safetensors" || ending == u"json")
        source.path = info.absolutePath();
    return source;
}

QVariantList convertFacts(const QJsonObject &inspected)
{
    QVariantList list;
    const auto add = [&list](const QString &label, const QString &value) {
        if (!value.isEmpty())
            list.append(QVariantMap{{u"label"_s, label}, {u"value"_s, value}});
    };
    const auto count = [&inspected](QLatin1StringView key) { return wholeNumber(inspected[key]); };
    add(Words::tr("Architecture"), shortText(inspected["architecture"_L1]));
    if (const auto parameters = count("parameters"_L1); parameters > 0)
        add(Words::tr("Parameters"), fromUtf8(formatParameters(parameters)));
    add(Words::tr("Tensors"), tensorsText(inspected["tensors"_L1].toObject()));
    if (const auto bytes = count("file_bytes"_L1); bytes > 0)
        add(Words::tr("Size"), bytesText(bytes));
    if (const auto context = count("context_length"_L1); context > 0)
        add(Words::tr("Context"), Words::tr("%1 tokens").arg(countText(context)));
    add(Words::tr("Licence"), shortText(inspected["license"_L1]));
    return list;
}

QVariantList convertChecks(const ConvertSource &source, const QJsonObject &inspected, const QJsonObject &plan)
{
    QVariantList list;
    if (inspected.isEmpty())
        return list;
    if (plan.isEmpty()) {
        if (source.atHub())
            list.append(
                check(u"later"_s, source.file.isEmpty()
                                      ? Words::tr("Tensors and tokenizer are checked before the weights "
                                                  "are fetched")
                                      : Words::tr("The file is fetched whole, then checked")));
        return list;
    }
    const std::int64_t tensors = wholeNumber(plan["tensors"_L1]);
    list.append(check(u"done"_s, (source.atHub() ? Words::tr("All %1 tensors are planned")
                                                 : Words::tr("All %1 tensors are here and planned"))
                                     .arg(countText(tensors))));
    const QString pre = shortText(plan["pre_tokenizer"_L1]);
    if (!pre.isEmpty())
        list.append(check(u"done"_s, Words::tr("Tokenizer recognised: %1").arg(pre)));
    list.append(templateCheck(plan));
    const QJsonArray warnings = plan["warnings"_L1].toArray();
    for (qsizetype i = 0; i < std::min(warnings.size(), kMostNotes); ++i) {
        if (const QString text = shortText(warnings[i]); !text.isEmpty())
            list.append(check(u"note"_s, text));
    }
    return list;
}

QString convertFileName(const QString &model, const QString &level)
{
    static const QRegularExpression original(u"[-_. ](f16|bf16|f32|fp16|fp32)$"_s,
                                             QRegularExpression::CaseInsensitiveOption);
    QString name;
    for (const QChar letter : model.left(kLongestName).remove(original)) {
        if (letter.isLetterOrNumber() || u"-_.+"_s.contains(letter))
            name.append(letter);
        else if (!name.isEmpty() && !name.endsWith(u'-'))
            name.append(u'-');
    }
    while (name.startsWith(u'.') || name.startsWith(u'-'))
        name.remove(0, 1);
    while (name.endsWith(u'-') || name.endsWith(u'.'))
        name.chop(1);
    return (name.isEmpty() ? u"model"_s : name) + u'-' + level + u".gguf"_s;
}

} // namespace snug::ui
