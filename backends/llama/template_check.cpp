// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/template_check.h"

#include "backends/llama/template_error.h"
#include "backends/llama/vocabulary.h"

#include <fmt/format.h>

#include <algorithm>
#include <chat.h>
#include <common.h>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace snug::llama {
namespace {

// Words that no template says by itself, and that none trims.
constexpr std::string_view kRules = "kwyjibo-rules";
constexpr std::string_view kQuestion = "kwyjibo-question";
constexpr std::string_view kAnswer = "kwyjibo-answer";

constexpr const char *kChatMl = "chatml"; // the engine's own name for it

struct Turn {
    std::string_view role;
    std::string_view text;
};

// A template with a model's vocabulary; what it throws is the template's fault.
class Renderer {
public:
    // `text` empty: the model's own.
    Renderer(const llama_model &model, const std::string &text)
        : m_vocabulary(*llama_model_get_vocab(&model)), m_templates(common_chat_templates_init(&model, text))
    {
    }

    [[nodiscard]] std::string prompt(std::initializer_list<Turn> turns, bool answerFollows) const
    {
        common_chat_templates_inputs inputs;
        inputs.add_generation_prompt = answerFollows;
        for (const Turn &turn : turns) {
            common_chat_msg message;
            message.role = turn.role;
            message.content = turn.text;
            inputs.messages.push_back(std::move(message));
        }
        return common_chat_templates_apply(m_templates.get(), inputs).prompt;
    }

    [[nodiscard]] bool knowsSystem() const
    {
        const auto caps = common_chat_templates_get_caps(m_templates.get());
        const auto found = caps.find("supports_system_role");
        return found == caps.end() || found->second;
    }

    [[nodiscard]] std::vector<llama_token> tokens(const std::string &text, bool addSpecial) const
    {
        return common_tokenize(&m_vocabulary, text, addSpecial, true);
    }
    [[nodiscard]] std::string piece(llama_token token) const
    {
        return common_token_to_piece(&m_vocabulary, token, true);
    }
    [[nodiscard]] const llama_vocab &vocabulary() const { return m_vocabulary; }

private:
    const llama_vocab &m_vocabulary;
    common_chat_templates_ptr m_templates;
};

// Conversations that every chat has.
void renderOrdinary(const Renderer &renderer)
{
    static_cast<void>(renderer.prompt({{"user", kQuestion}}, true));
    static_cast<void>(renderer.prompt(
        {{"system", kRules}, {"user", kQuestion}, {"assistant", kAnswer}, {"user", kQuestion}}, true));
}

// Before the question, where a beginning token belongs; some templates repeat it at every turn.
bool beginsTwice(const Renderer &renderer)
{
    const llama_token bos = llama_vocab_bos(&renderer.vocabulary());
    if (bos == LLAMA_TOKEN_NULL)
        return false;
    const std::string prompt = renderer.prompt({{"user", kQuestion}}, true);
    const auto tokens = renderer.tokens(prompt.substr(0, prompt.find(kQuestion)), true);
    return std::count(tokens.begin(), tokens.end(), bos) > 1;
}

// What follows an answer, in the middle of a conversation or at its end.
std::string afterAnswer(const std::string &prompt)
{
    const std::size_t at = prompt.rfind(kAnswer);
    return at == std::string::npos ? std::string() : prompt.substr(at + kAnswer.size());
}

bool hasEnd(const Renderer &renderer, const std::vector<llama_token> &tokens)
{
    return std::any_of(tokens.begin(), tokens.end(), [&renderer](llama_token token) {
        return llama_vocab_is_eog(&renderer.vocabulary(), token);
    });
}

// What ends answers instead of a token that ends generation; nullopt: such a token does, or nothing is there.
std::optional<std::string> wrongEnd(const Renderer &renderer)
{
    const std::string middle = afterAnswer(
        renderer.prompt({{"user", kQuestion}, {"assistant", kAnswer}, {"user", kQuestion}}, false));
    const std::string end =
        afterAnswer(renderer.prompt({{"user", kQuestion}, {"assistant", kAnswer}}, false));
    const auto tokens = renderer.tokens(middle, false);
    if (middle.empty() || hasEnd(renderer, tokens) || hasEnd(renderer, renderer.tokens(end, false)))
        return std::nullopt;
    const auto special = std::find_if(tokens.begin(), tokens.end(), [&renderer](llama_token token) {
        return llama_vocab_is_control(&renderer.vocabulary(), token);
    });
    return special == tokens.end() ? middle.substr(0, middle.find(kQuestion)) : renderer.piece(*special);
}

// One line, as a person would write it.
std::string quoted(std::string text)
{
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
        text.replace(at, 1, "\\n");
    return '"' + text + '"';
}

void lint(const Renderer &renderer, std::vector<chat::TemplateFinding> &findings)
{
    if (beginsTwice(renderer))
        findings.push_back({"double_bos",
                            fmt::format("The model would read its beginning token {} twice.",
                                        quoted(renderer.piece(llama_vocab_bos(&renderer.vocabulary())))),
                            "Answers may be worse for it. Take bos_token out of a copy of the template, and "
                            "load the model with that."});
    if (const auto end = wrongEnd(renderer))
        findings.push_back({"stop_token",
                            fmt::format("The template ends answers with {}, which is no token that ends "
                                        "generation in this vocabulary.",
                                        quoted(*end)),
                            "Answers may run on. Make it a stop string, or load the model with another "
                            "template."});
    const std::string told = renderer.prompt({{"system", kRules}, {"user", kQuestion}}, true);
    if (told.find(kRules) == std::string::npos)
        findings.push_back({"system_ignored", "The template leaves system prompts out.",
                            "Write it into the first question instead."});
    else if (!renderer.knowsSystem())
        findings.push_back({"no_system_role",
                            "The template has no place for a system prompt; it becomes part of the first "
                            "question.",
                            {}});
}

std::string sourceOf(const llama_model &model)
{
    const char *text = llama_model_chat_template(&model, nullptr);
    return text == nullptr ? std::string() : std::string(text);
}

// Why the template cannot be used; empty if it can.
std::string obstacle(const llama_model &model, const std::string &text)
{
    try {
        // What follows throws a copy without words where the text cannot be read.
        static_cast<void>(common_chat_template(text, {}, {}));
        renderOrdinary(Renderer(model, text));
        return {};
    } catch (const std::bad_alloc &) {
        return "it takes too much memory";
    } catch (const std::exception &problem) {
        return explainTemplateError(problem.what(), text);
    }
}

} // namespace

Result<chat::TemplateReport> checkTemplate(const TemplateCheck &check)
{
    SNUG_TRY(const llama_model_ptr model, loadVocabulary(check.model));
    chat::TemplateReport report;
    std::string text = check.given.empty() ? sourceOf(*model) : check.given;
    if (!check.given.empty())
        report.source = chat::TemplateSource::Given;
    if (text.empty()) {
        report.source = chat::TemplateSource::Fallback;
        report.findings.push_back(
            {"missing", "The model has no chat template; ChatML stands in for one.",
             "It may be a model that only continues texts. If it was trained to chat, load it with the "
             "template of its makers."});
        text = kChatMl;
    } else if (const std::string why = obstacle(*model, text); !why.empty()) {
        if (report.source == chat::TemplateSource::Given)
            return refusedTemplate(why);
        report.source = chat::TemplateSource::Fallback;
        report.findings.push_back(unusableTemplate(why));
        text = kChatMl;
    }
    try {
        lint(Renderer(*model, text), report.findings);
    } catch (const std::exception &) {
        // A conversation that is not ordinary; its sender is told when it comes to that.
    }
    return report;
}

chat::TemplateFinding unusableTemplate(const std::string &why)
{
    return {"unusable",
            fmt::format("The model's chat template cannot be used ({}); ChatML stands in for it.", why),
            "Look for a newer file of the model, or load it with a corrected template."};
}

tl::unexpected<Error> refusedTemplate(const std::string &why)
{
    return fail(ErrorKind::Corrupt, fmt::format("The chat template cannot be used: {}.", why),
                {{"reason", std::string("template")}, {"cause", why}}, "Correct it, or use the model's own.");
}

} // namespace snug::llama
