// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "backends/llama/card_choice.h"

#include "backends/llama/device_kind.h"
#include "core/fit/distinct_cards.h"

#include <algorithm>

namespace snug::llama {
namespace {

// What tells one card from another.
fit::Device describe(ggml_backend_dev_t handle)
{
    ggml_backend_dev_props props{};
    ggml_backend_dev_get_props(handle, &props);
    fit::Device device;
    device.id = props.name;
    device.backend = ggml_backend_reg_name(ggml_backend_dev_backend_reg(handle));
    device.kind = "gpu";
    device.name = props.description;
    device.totalBytes = static_cast<std::int64_t>(props.memory_total);
    device.busId = props.device_id == nullptr ? "" : props.device_id;
    device.software = isSoftwareRenderer(device.name);
    return device;
}

} // namespace

std::vector<ggml_backend_dev_t> cardsToUse()
{
    std::vector<ggml_backend_dev_t> handles;
    std::vector<fit::Device> cards;
    for (std::size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        ggml_backend_dev_t handle = ggml_backend_dev_get(i);
        if (ggml_backend_dev_type(handle) != GGML_BACKEND_DEVICE_TYPE_GPU)
            continue;
        handles.push_back(handle);
        cards.push_back(describe(handle));
    }
    const auto owners = fit::cardOwners(cards);
    bool unseen = false;
    std::vector<ggml_backend_dev_t> chosen;
    for (std::size_t i = 0; i < cards.size(); ++i) {
        if (owners[i] == i)
            chosen.push_back(handles[i]);
        else
            unseen = unseen || cards[i].busId.empty() || cards[owners[i]].busId.empty();
    }
    // As the engine orders them: what other machines lend comes first.
    std::stable_partition(chosen.begin(), chosen.end(), [](ggml_backend_dev_t handle) {
        return std::string_view(ggml_backend_reg_name(ggml_backend_dev_backend_reg(handle))) == "RPC";
    });
    return unseen ? chosen : std::vector<ggml_backend_dev_t>();
}

} // namespace snug::llama
