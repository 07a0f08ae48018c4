// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/message_tree.h"

#include <algorithm>

namespace snug::chat {

MessageTree::MessageTree(std::vector<MessageLink> links)
{
    m_places.reserve(links.size());
    for (const MessageLink &link : links) {
        const bool known = link.parent != 0 && link.parent < link.id && m_places.contains(link.parent);
        const std::int64_t parent = known ? link.parent : 0;
        std::vector<std::int64_t> &siblings = m_children[parent];
        m_places.insert_or_assign(link.id, Place{parent, link.next, siblings.size()});
        siblings.push_back(link.id);
    }
}

std::vector<std::int64_t> MessageTree::pathTo(std::int64_t leaf) const
{
    std::vector<std::int64_t> path;
    for (auto place = m_places.find(leaf); place != m_places.end();
         place = m_places.find(place->second.parent))
        path.push_back(place->first);
    std::reverse(path.begin(), path.end());
    return path;
}

std::int64_t MessageTree::leafBelow(std::int64_t id) const
{
    while (true) {
        const auto children = m_children.find(id);
        if (children == m_children.end())
            return id;
        const auto place = m_places.find(id);
        const std::int64_t used = place == m_places.end() ? 0 : place->second.next;
        const auto usedPlace = m_places.find(used);
        const bool isChild = usedPlace != m_places.end() && usedPlace->second.parent == id;
        id = isChild ? used : children->second.back();
    }
}

Branch MessageTree::branchOf(std::int64_t id) const
{
    const auto place = m_places.find(id);
    if (place == m_places.end())
        return {};
    const std::vector<std::int64_t> &siblings = m_children.at(place->second.parent);
    const std::size_t at = place->second.number;
    Branch branch;
    branch.number = static_cast<int>(at) + 1;
    branch.count = static_cast<int>(siblings.size());
    branch.previous = at > 0 ? siblings[at - 1] : 0;
    branch.next = at + 1 < siblings.size() ? siblings[at + 1] : 0;
    return branch;
}

} // namespace snug::chat
