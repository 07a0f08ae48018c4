// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/chat_template.h"

#include <chat.h>
#include <string>

namespace snug::llama {

bool understandsChatTemplate(const gguf::Header &header)
{
    const gguf::Value *value = header.find("tokenizer.chat_template");
    const std::string *text = value == nullptr ? nullptr : value->text();
    if (text == nullptr || text->empty())
        return true;
    try {
        const auto templates = common_chat_templates_init(nullptr, *text);
        common_chat_format_example(templates.get(), true, {});
        return true;
    } catch (...) {
        return false;
    }
}

} // namespace snug::llama
