// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/exchange/export.h"
#include "core/chat/exchange/import.h"
#include "tests/fuzz/demand.h"

#include <cstdint>
#include <unordered_set>

// Any bytes as a file of conversations: what is read is a tree, and what is written of it reads the same.

using namespace snug;
using namespace snug::chat;

namespace {

void checkTree(const ConversationTree &tree)
{
    std::unordered_set<std::int64_t> known = {0};
    fuzz::demand(!tree.messages.empty(), "a conversation has a message");
    fuzz::demand(gguf::isUtf8(tree.info.title), "titles are texts");
    for (const TreeMessage &entry : tree.messages) {
        const Message &message = entry.message;
        fuzz::demand(known.contains(message.parent), "parents come before children");
        fuzz::demand(known.insert(message.id).second, "ids are unique");
        fuzz::demand(message.state != MessageState::Streaming, "nobody writes what was imported");
        fuzz::demand(gguf::isUtf8(message.text) && gguf::isUtf8(message.reasoning), "messages are texts");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string bytes(data, data + size);
    const auto read = readConversations(bytes);
    if (!read) {
        fuzz::checkError(read.error());
        return 0;
    }
    for (const ConversationTree &tree : *read)
        checkTree(tree);
    const auto again = readConversations(snugJsonOf(*read));
    fuzz::demand(again && *again == *read, "what is written reads the same");
    return 0;
}
