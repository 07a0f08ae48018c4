// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/chat/conversation.h"

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace snug::chat {

// What ties a message to the others of its conversation.
struct MessageLink {
    std::int64_t id = 0;
    std::int64_t parent = 0; // 0: first of the conversation
    std::int64_t next = 0;   // the one after it that was used last; 0: not known
};

// The ways through one conversation. A message whose parent is missing, or not older than itself, counts as
// a first one, so that every link leads to an end, whatever the file says.
class MessageTree {
public:
    // REQUIRES: ids are positive and rise.
    explicit MessageTree(std::vector<MessageLink> links);

    [[nodiscard]] bool holds(std::int64_t id) const { return m_places.contains(id); }
    // From the first message to `leaf`; empty if it is not there.
    [[nodiscard]] std::vector<std::int64_t> pathTo(std::int64_t leaf) const;
    // Down from a message (0: from the start) by what was used last, else by the newest; itself if nothing
    // follows.
    [[nodiscard]] std::int64_t leafBelow(std::int64_t id) const;
    [[nodiscard]] Branch branchOf(std::int64_t id) const;

private:
    struct Place {
        std::int64_t parent = 0;
        std::int64_t next = 0;
        std::size_t number = 0; // among the children of its parent
    };

    std::unordered_map<std::int64_t, Place> m_places;
    std::unordered_map<std::int64_t, std::vector<std::int64_t>> m_children; // oldest first; of 0: the firsts
};

} // namespace snug::chat
