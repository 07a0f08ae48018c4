// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/attachment.h"

#include "core/base/atomic_file.h"
#include "core/base/base64.h"
#include "core/base/paths.h"
#include "core/base/units.h"
#include "core/chat/image_header.h"
#include "core/chat/utf8_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace snug::chat {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kMostNameBytes = 200;
constexpr std::size_t kShortestFence = 3;

// One line, and not longer than a file's name may be.
std::string tidyName(std::string_view name)
{
    std::string tidy = validUtf8(name);
    std::replace_if(
        tidy.begin(), tidy.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; },
        ' ');
    tidy = cutUtf8(tidy, kMostNameBytes);
    return tidy.find_first_not_of(' ') == std::string::npos ? "attachment" : tidy;
}

Error named(const std::string &name, Error error)
{
    error.message = fmt::format("{} cannot be attached. {}", name, error.message);
    error.detail.emplace_back("name", name);
    return error;
}

tl::unexpected<Error> tooLarge(std::int64_t bytes, std::int64_t limit, const char *hint)
{
    return fail(ErrorKind::TooLarge,
                fmt::format("It has {}; the most is {}.", formatBytes(bytes), formatBytes(limit)),
                {{"bytes", bytes}, {"limit", limit}}, hint);
}

Result<void> checkImage(const ImageHeader &header, std::size_t bytes)
{
    constexpr const char *kSmaller =
        "Make the image smaller: a few million pixels are all that a model sees.";
    if (std::cmp_greater(bytes, kMostImageBytes))
        return tooLarge(static_cast<std::int64_t>(bytes), kMostImageBytes, kSmaller);
    if (header.pixels() <= kMostImagePixels)
        return {};
    return fail(ErrorKind::TooLarge,
                fmt::format("It has {} × {} pixels; the most is {} million.", formatCount(header.width),
                            formatCount(header.height), kMostImagePixels / 1'000'000),
                {{"width", header.width},
                 {"height", header.height},
                 {"limit", static_cast<std::int64_t>(kMostImagePixels)}},
                kSmaller);
}

Result<void> checkText(std::string_view bytes)
{
    constexpr const char *kAsText = "Save it as plain text in UTF-8 and attach that.";
    if (bytes.starts_with("%PDF-"))
        return fail(ErrorKind::Unsupported, "It is a PDF, of which nothing is read here.",
                    {{"reason", std::string("PDF")}}, kAsText);
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"))
        return fail(ErrorKind::Unsupported, "It is a text in UTF-16.", {{"reason", std::string("UTF-16")}},
                    kAsText);
    const bool isText = bytes.find('\0') == std::string_view::npos && validUtf8(bytes) == bytes;
    if (!isText)
        return fail(ErrorKind::Unsupported, "It is neither a text in UTF-8 nor an image.", {},
                    "Attach a text, or an image as PNG or JPEG.");
    if (std::cmp_greater(bytes.size(), kMostTextBytes))
        return tooLarge(static_cast<std::int64_t>(bytes.size()), kMostTextBytes,
                        "Attach the part of it that matters.");
    return {};
}

Result<Attachment> recognised(std::string name, std::string bytes)
{
    if (bytes.empty())
        return fail(ErrorKind::InvalidArgument, "It is empty.", {}, {});
    SNUG_TRY(const auto header, readImageHeader(bytes));
    Attachment made;
    made.name = std::move(name);
    if (header) {
        SNUG_CHECK(checkImage(*header, bytes.size()));
        made.kind = AttachmentKind::Image;
        made.mediaType = header->mediaType;
    } else {
        if (bytes.starts_with(kByteOrderMark))
            bytes.erase(0, kByteOrderMark.size());
        SNUG_CHECK(checkText(bytes));
        made.mediaType = "text/plain";
    }
    made.bytes = std::make_shared<const std::string>(std::move(bytes));
    return made;
}

std::size_t longestRun(std::string_view text, char letter)
{
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char c : text) {
        run = c == letter ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

} // namespace

std::string_view attachmentKindName(AttachmentKind kind)
{
    return kind == AttachmentKind::Image ? "image" : "text";
}

std::optional<AttachmentKind> attachmentKindFromName(std::string_view name)
{
    for (const AttachmentKind kind : {AttachmentKind::Text, AttachmentKind::Image}) {
        if (attachmentKindName(kind) == name)
            return kind;
    }
    return std::nullopt;
}

bool Attachment::operator==(const Attachment &other) const
{
    return kind == other.kind && name == other.name && mediaType == other.mediaType &&
           (bytes == other.bytes || content() == other.content());
}

Result<Attachment> makeAttachment(std::string_view name, std::string bytes)
{
    const std::string tidy = tidyName(name);
    auto made = recognised(tidy, std::move(bytes));
    if (!made)
        return tl::make_unexpected(named(tidy, std::move(made).error()));
    return made;
}

Result<Attachment> readAttachment(const std::filesystem::path &path)
{
    const std::string name = toUtf8(path.filename());
    auto bytes = readSmallFile(path, std::max(kMostTextBytes, kMostImageBytes));
    if (!bytes)
        return tl::make_unexpected(named(tidyName(name), std::move(bytes).error()));
    return makeAttachment(name, *std::move(bytes));
}

bool hasImage(std::span<const Attachment> attachments)
{
    return std::any_of(attachments.begin(), attachments.end(),
                       [](const Attachment &one) { return one.kind == AttachmentKind::Image; });
}

std::string fenced(const Attachment &text)
{
    const std::string_view content = text.content();
    const std::string fence(std::max(kShortestFence, longestRun(content, '`') + 1), '`');
    return fmt::format("Attached file: {}\n{}\n{}{}{}\n", text.name, fence, content,
                       content.ends_with('\n') ? "" : "\n", fence);
}

std::string withTexts(std::span<const Attachment> attachments, std::string_view words)
{
    std::string all;
    for (const Attachment &attachment : attachments) {
        if (attachment.kind == AttachmentKind::Text)
            all += fenced(attachment) + "\n";
    }
    return all + std::string(words);
}

std::string dataUrl(const Attachment &image)
{
    return fmt::format("data:{};base64,{}", image.mediaType, base64Of(image.content()));
}

std::optional<std::string> bytesOfDataUrl(std::string_view url)
{
    constexpr std::string_view kEncoding = ";base64";
    const std::size_t comma = url.find(',');
    if (!url.starts_with("data:") || comma == std::string_view::npos ||
        !url.substr(0, comma).ends_with(kEncoding))
        return std::nullopt;
    return fromBase64(url.substr(comma + 1));
}

} // namespace snug::chat
