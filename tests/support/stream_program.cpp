// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/paths.h"
#include "core/chat/conversation_store.h"

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

// An answer that is written into a file of conversations until somebody kills the process:
//   stream-program FILE
// The answer is "1 2 3 ...", the draft its last number. Each number is told on stdout when it was handed to
// the store, with the milliseconds of the steady clock.
using namespace snug;
using namespace snug::chat;
using namespace std::chrono_literals;

namespace {

long long milliseconds()
{
    using namespace std::chrono;
    return duration_cast<std::chrono::milliseconds>(steady_clock::now().time_since_epoch()).count();
}

Result<void> stream(ConversationStore &store)
{
    SNUG_TRY(const ConversationInfo talk, store.create("streamed"));
    Message message;
    message.text = "question";
    SNUG_CHECK(store.append(talk.id, message));
    message.role = Role::Assistant;
    message.state = MessageState::Streaming;
    message.text.clear();
    SNUG_TRY(message, store.append(talk.id, message));
    for (int number = 1;; ++number) {
        message.text += std::to_string(number) + " ";
        SNUG_CHECK(store.autosave(message));
        SNUG_CHECK(store.setDraft(talk.id, std::to_string(number)));
        std::printf("%d %lld\n", number, milliseconds());
        std::fflush(stdout);
        std::this_thread::sleep_for(3ms);
    }
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    auto store = ConversationStore::open(fromUtf8(argv[1]));
    const auto ended = store ? stream(**store) : tl::make_unexpected(store.error());
    if (!ended)
        std::fprintf(stderr, "%s\n", ended.error().message.c_str());
    return 1;
}
