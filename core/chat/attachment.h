// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// What is sent with a message beside its words: texts and images. docs/attachments.md tells it to people.
namespace snug::chat {

inline constexpr std::int64_t kMostTextBytes = std::int64_t{8} << 20;
inline constexpr std::int64_t kMostImageBytes = std::int64_t{16} << 20;
// Decoded they take 150 MB in the engine. No vision model looks at more than a few million.
inline constexpr std::uint64_t kMostImagePixels = 50'000'000;
// That one message may have.
inline constexpr std::size_t kMostAttachments = 32;

enum class AttachmentKind { Text, Image };

// "text", "image", as the store and the files spell it.
[[nodiscard]] std::string_view attachmentKindName(AttachmentKind kind);
[[nodiscard]] std::optional<AttachmentKind> attachmentKindFromName(std::string_view name);

// The bytes are shared and never change: a copy costs nothing.
struct Attachment {
    AttachmentKind kind = AttachmentKind::Text;
    std::string name;                         // of the file, for people and for the model; one line of UTF-8
    std::string mediaType;                    // "text/plain", "image/png", "image/jpeg", ...
    std::shared_ptr<const std::string> bytes; // of a text: UTF-8

    [[nodiscard]] std::string_view content() const { return bytes ? *bytes : std::string_view(); }
    bool operator==(const Attachment &other) const;
};

// Bytes of anybody as what they are: an image by its first bytes, else a text. A text loses its byte order
// mark. Fails with InvalidArgument (nothing in it), Unsupported (neither, or an image of a kind that the
// engine does not read), Corrupt (as readImageHeader) or TooLarge (limit, and width and height of an image
// with too many pixels). Every error names the file.
[[nodiscard]] Result<Attachment> makeAttachment(std::string_view name, std::string bytes);

// The same of a file; also fails as readSmallFile.
[[nodiscard]] Result<Attachment> readAttachment(const std::filesystem::path &path);

[[nodiscard]] bool hasImage(std::span<const Attachment> attachments);

// What the model reads: each text under its name, between fences of backticks that are longer than any in it,
// then the words.
[[nodiscard]] std::string withTexts(std::span<const Attachment> attachments, std::string_view words);

// One text as it stands there.
[[nodiscard]] std::string fenced(const Attachment &text);

// "data:image/png;base64,..."
[[nodiscard]] std::string dataUrl(const Attachment &image);
// The bytes of such an address; nothing for another one.
[[nodiscard]] std::optional<std::string> bytesOfDataUrl(std::string_view url);

} // namespace snug::chat
