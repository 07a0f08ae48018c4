// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/reference_prompt.h"

#include "core/base/paths.h"

#include <chat.h>
#include <common.h>
#include <exception>
#include <llama-cpp.h>

namespace snug::llama {

struct ReferencePrompt::Engine {
    llama_model_ptr model;
    common_chat_templates_ptr templates;
    bool thinks = false;

    [[nodiscard]] const llama_vocab *vocabulary() const { return llama_model_get_vocab(model.get()); }
};

ReferencePrompt::ReferencePrompt(const std::filesystem::path &model, const std::string &chatTemplate)
    : m_engine(std::make_unique<Engine>())
{
    auto params = llama_model_default_params();
    params.vocab_only = true;
    m_engine->model.reset(llama_model_load_from_file(toUtf8(model).c_str(), params));
    m_engine->templates = common_chat_templates_init(m_engine->model.get(), chatTemplate);
    m_engine->thinks = common_chat_templates_support_enable_thinking(m_engine->templates.get());
}

ReferencePrompt::~ReferencePrompt() = default;

std::optional<std::string> ReferencePrompt::prompt(std::span<const chat::ChatMessage> messages,
                                                   bool thinkingOff) const
{
    const common_chat_templates *templates = m_engine->templates.get();
    common_chat_templates_inputs inputs;
    for (const chat::ChatMessage &message : messages) {
        common_chat_msg said;
        said.role = roleName(message.role);
        said.content = message.text;
        inputs.messages.push_back(std::move(said));
    }
    inputs.enable_thinking = m_engine->thinks && !thinkingOff;
    if (thinkingOff)
        inputs.chat_template_kwargs["enable_thinking"] = "false";
    inputs.parallel_tool_calls = common_chat_templates_get_caps(templates).at("supports_parallel_tool_calls");
    if (messages.back().role == chat::Role::Assistant) {
        inputs.continue_final_message = COMMON_CHAT_CONTINUATION_AUTO;
        inputs.add_generation_prompt = false;
    }
    try {
        return common_chat_templates_apply(templates, inputs).prompt;
    } catch (const std::exception &) {
        return std::nullopt;
    }
}

std::vector<std::int32_t> ReferencePrompt::tokens(const std::string &text) const
{
    return common_tokenize(m_engine->vocabulary(), text, true, true);
}

std::int32_t ReferencePrompt::beginning() const
{
    return llama_vocab_bos(m_engine->vocabulary());
}

} // namespace snug::llama
