// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/checkpoint_facts.h"
#include "core/convert/config.h"
#include "core/convert/plan.h"
#include "core/safetensors/header_json.h"
#include "core/safetensors/reader.h"
#include "tests/fuzz/demand.h"
#include "tests/fuzz/parts.h"
#include "tests/support/gguf_consistency.h"

#include <algorithm>
#include <cstring>

// Any bytes as a checkpoint: config.json, a zero byte, and the JSON of one shard's header after another, with
// zero bytes between them. Their files are taken to be as long as they should be, so that what matters is
// what they say. What a checkpoint is told to become must be a GGUF file's header, and it must have facts.

namespace {

using namespace snug;
using fuzz::demand;
using fuzz::takePart;

std::vector<std::byte> withLength(std::string_view json)
{
    std::vector<std::byte> bytes(8 + json.size());
    for (std::size_t i = 0; i < 8; ++i)
        bytes[i] = static_cast<std::byte>(json.size() >> (8 * i));
    std::memcpy(bytes.data() + 8, json.data(), json.size());
    return bytes;
}

// As long as the farthest tensor reaches; 0 if that is beyond counting.
std::int64_t fullSize(std::string_view json)
{
    std::int64_t end = 0;
    if (const auto header = safetensors::parseHeaderJson(json, {})) {
        for (const safetensors::Tensor &tensor : header->tensors) {
            if (tensor.offset > INT64_MAX / 2 || tensor.bytes > INT64_MAX / 2 - 9)
                return 0;
            end = std::max(end, tensor.offset + tensor.bytes);
        }
    }
    return end > INT64_MAX - 8 - static_cast<std::int64_t>(json.size())
               ? 0
               : end + 8 + static_cast<std::int64_t>(json.size());
}

bool addShards(convert::Checkpoint &checkpoint, std::string_view text)
{
    while (!text.empty()) {
        const std::string_view json = takePart(text);
        const std::int64_t size = std::max(fullSize(json), static_cast<std::int64_t>(json.size()) + 8);
        gguf::MemoryReader in(withLength(json), size);
        auto header = safetensors::readHeader(in);
        if (!header) {
            fuzz::checkError(header.error());
            return false;
        }
        const std::string name = "part" + std::to_string(checkpoint.shards.size());
        if (const auto added = convert::addShard(checkpoint, name, *std::move(header)); !added) {
            fuzz::checkError(added.error());
            return false;
        }
    }
    return true;
}

void checkFacts(const convert::Checkpoint &checkpoint)
{
    const ModelFacts facts = convert::factsOf(checkpoint, "checkpoint");
    demand(facts.fileBytes >= 0 && facts.tensorCount >= 0, "facts can be true");
    demand(!toJson(facts).dump(-1, ' ', false, nlohmann::json::error_handler_t::strict).empty(),
           "facts can be told");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string bytes(data, data + size);
    std::string_view text = bytes;
    convert::Checkpoint checkpoint;
    auto config = convert::parseConfig(takePart(text));
    if (!config) {
        fuzz::checkError(config.error());
        return 0;
    }
    checkpoint.config = *std::move(config);
    if (!addShards(checkpoint, text))
        return 0;
    checkFacts(checkpoint);
    for (const auto type : {convert::OutputType::Auto, convert::OutputType::Q8_0}) {
        const auto header = convert::ggufHeader(checkpoint, type);
        if (header) {
            const std::string fault = test::inconsistency(*header);
            demand(fault.empty(), fault.c_str());
        } else {
            fuzz::checkError(header.error());
        }
    }
    return 0;
}
