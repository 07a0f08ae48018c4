// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "ui/viewmodels/template_choice.h"

#include "core/base/atomic_file.h"
#include "core/gguf/random_reader.h"
#include "core/gguf/reader.h"
#include "core/gguf/text.h"
#include "ui/viewmodels/text.h"

#include <QCryptographicHash>

using namespace Qt::StringLiterals;

namespace snug::ui {
namespace {

// The limit of snug-cli.
constexpr std::int64_t kMostBytes = std::int64_t{1} << 20;

Result<std::string> ownTemplate(const std::filesystem::path &model)
{
    SNUG_TRY(const auto reader, gguf::FileReader::open(model));
    SNUG_TRY(const auto header, gguf::readHeader(*reader));
    const gguf::Value *value = header.find("tokenizer.chat_template");
    const std::string *text = value == nullptr ? nullptr : value->text();
    return text == nullptr || static_cast<std::int64_t>(text->size()) > kMostBytes ? std::string() : *text;
}

Result<std::string> readTemplate(const std::filesystem::path &model, const std::filesystem::path &given)
{
    if (given.empty())
        return ownTemplate(model);
    SNUG_TRY(std::string text, readSmallFile(given, kMostBytes));
    if (!gguf::isUtf8(text))
        return fail(ErrorKind::Corrupt, "The file of the chat template is no text in UTF-8.");
    return text;
}

// The same text of the same model has the same name; another text does not take the place of one in use.
std::filesystem::path fileFor(const std::filesystem::path &folder, const QString &model,
                              const QByteArray &text)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(model.toUtf8() + '\0' + text);
    return folder / (hash.result().toHex().first(32).toStdString() + ".jinja");
}

} // namespace

TemplateChoice::TemplateChoice(QString program, std::filesystem::path folder, QObject *parent)
    : QObject(parent), m_folder(std::move(folder)), m_child(std::move(program))
{
}

TemplateChoice::~TemplateChoice() = default;

void TemplateChoice::show(const QString &model, const QString &given)
{
    if (model == m_model && given == m_given)
        return;
    m_model = model;
    m_given = given;
    m_text.clear();
    m_problem = {};
    m_reading.reset();
    // The engine's own text of ChatML is nobody's file.
    if (!model.isEmpty() && given != u"chatml") {
        m_reading = std::make_unique<BackgroundTask<Result<std::string>>>(
            [path = toPath(model), file = toPath(given)](const std::stop_token &) {
                return readTemplate(path, file);
            },
            [this](const Result<std::string> &text) {
                if (text)
                    m_text = fromUtf8(*text);
                else
                    m_problem = problemFrom(text.error());
                Q_EMIT changed();
            });
    }
    Q_EMIT changed();
}

void TemplateChoice::useFile(const QUrl &file)
{
    if (const QString path = file.toLocalFile(); !path.isEmpty())
        check(path);
    else
        refuse({ErrorKind::InvalidArgument,
                toUtf8(tr("Only a file of this computer can be a template.")),
                {},
                {}});
}

void TemplateChoice::useText(const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    if (bytes.trimmed().isEmpty() || bytes.size() > kMostBytes) {
        refuse({ErrorKind::InvalidArgument,
                toUtf8(bytes.size() > kMostBytes ? tr("The text is longer than a chat template may be.")
                                                 : tr("The text is empty.")),
                {},
                {}});
        return;
    }
    using File = Result<std::filesystem::path>;
    m_writing = std::make_unique<BackgroundTask<File>>(
        [path = fileFor(m_folder, m_model, bytes), bytes](const std::stop_token &) -> File {
            SNUG_CHECK(writeFileAtomically(path, bytes.toStdString()));
            return path;
        },
        [this](const File &path) {
            m_writing.reset();
            if (path)
                check(fromPath(*path));
            else
                refuse(path.error());
        });
    Q_EMIT changed();
}

void TemplateChoice::useOwn()
{
    m_problem = {};
    Q_EMIT chosen({});
    Q_EMIT changed();
}

void TemplateChoice::dismissProblem()
{
    m_problem = {};
    Q_EMIT changed();
}

void TemplateChoice::check(const QString &given)
{
    m_problem = {};
    m_child.start({u"inspect"_s, m_model, u"--chat-template"_s, given, u"--json"_s}, {},
                  [this, given, model = m_model](const Outcome &outcome) {
                      if (model != m_model)
                          return;
                      if (outcome)
                          Q_EMIT chosen(given);
                      else if (outcome.error().kind != ErrorKind::Cancelled)
                          refuse(outcome.error());
                      Q_EMIT changed();
                  });
    Q_EMIT changed();
}

void TemplateChoice::refuse(const Error &error)
{
    m_problem = problemFrom(error);
    if (detailText(error, "reason") == u"template") // whose hint speaks of the command line
        m_problem.hint = tr("Correct it, or use the model's own.");
    Q_EMIT changed();
}

} // namespace snug::ui
