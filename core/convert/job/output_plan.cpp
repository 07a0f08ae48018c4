// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/job/output_plan.h"

#include "core/base/paths.h"
#include "core/download/sha256.h"

#include <fmt/format.h>

#include <span>
#include <utility>

namespace snug::convert {
namespace {

constexpr std::size_t kMostParts = 256; // each is an open file and a thread that hashes it

// The first tensor of each part.
Result<std::vector<std::size_t>> partBegins(const OutputRequest &request)
{
    std::vector<std::size_t> begins = {0};
    std::int64_t held = 0;
    for (std::size_t i = 0; i < request.tensors.size(); ++i) {
        const gguf::Tensor &tensor = request.tensors[i];
        const std::int64_t bytes = gguf::tensorBytes(tensor.type, tensor.dims).value_or(0);
        if (request.splitBytes > 0 && held > 0 && bytes > request.splitBytes - held) {
            begins.push_back(i);
            held = 0;
        }
        held += bytes;
    }
    if (begins.size() > kMostParts)
        return fail(ErrorKind::InvalidArgument, "Files of that size would be too many.",
                    {{"reason", std::string("split_size")}}, "Choose a larger size for each file.");
    return begins;
}

std::filesystem::path partPath(const std::filesystem::path &path, std::size_t part, std::size_t count)
{
    if (count == 1)
        return path;
    return path.parent_path() /
           fromUtf8(fmt::format("{}-{:05}-of-{:05}.gguf", toUtf8(path.stem()), part + 1, count));
}

// Only the first part tells about the model.
std::vector<gguf::KeyValue> partKeys(const OutputRequest &request, std::size_t part, std::size_t count)
{
    std::vector<gguf::KeyValue> keys = part == 0 ? request.keys : std::vector<gguf::KeyValue>();
    if (count > 1) {
        keys.push_back({"split.no", gguf::Value(static_cast<std::uint16_t>(part))});
        keys.push_back({"split.count", gguf::Value(static_cast<std::uint16_t>(count))});
        keys.push_back(
            {"split.tensors.count", gguf::Value(static_cast<std::int32_t>(request.tensors.size()))});
    }
    return keys;
}

Result<std::string> identityOf(const OutputPlan &plan, const std::string &source)
{
    SNUG_TRY(download::Digest digest, download::Digest::start(download::HashKind::Sha256, 0));
    const auto add = [&digest](const std::string &text) {
        digest.update(std::as_bytes(std::span(text)));
        digest.update(std::as_bytes(std::span("\n", 1)));
    };
    for (const OutputFile &file : plan.files) {
        add(toUtf8(file.path.filename()));
        digest.update(file.header.bytes);
    }
    add(source);
    return digest.finish();
}

} // namespace

Result<OutputPlan> planOutput(OutputRequest request)
{
    if (request.tensors.empty())
        return fail(ErrorKind::InvalidArgument, "There is nothing to write.",
                    {{"reason", std::string("no_tensors")}});
    SNUG_TRY(const std::vector<std::size_t> begins, partBegins(request));
    OutputPlan plan;
    for (std::size_t part = 0; part < begins.size(); ++part) {
        const std::size_t end = part + 1 < begins.size() ? begins[part + 1] : request.tensors.size();
        gguf::Header draft;
        draft.values = partKeys(request, part, begins.size());
        for (std::size_t i = begins[part]; i < end; ++i) {
            draft.tensors.push_back(request.tensors[i]);
            plan.tensors.push_back({part, i - begins[part]});
        }
        SNUG_TRY(gguf::EncodedHeader header, gguf::encodeHeader(std::move(draft)));
        plan.bytes += header.header.fileBytes;
        plan.files.push_back({partPath(request.path, part, begins.size()), std::move(header)});
    }
    SNUG_TRY(plan.identity, identityOf(plan, request.source));
    return plan;
}

} // namespace snug::convert
