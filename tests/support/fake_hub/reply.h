// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/fake_hub/file_body.h"
#include "tests/support/fake_hub/http_message.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace snug::test {

// A run of bytes of a body.
struct BodyPart {
    FileBody body;
    std::int64_t offset = 0;
    std::int64_t length = 0;
};

// Where an answer stops on purpose.
struct Halt {
    enum class How { Close, Reset, Stall };
    How how = How::Close;
    std::int64_t after = 0;             // bytes of the body; below 0: before the head
    std::chrono::milliseconds stall{0}; // of Stall; 0: until the client goes away
};

// An answer and how it is to be delivered.
struct Reply {
    int status = 200;
    Headers headers;
    std::vector<BodyPart> parts;

    // What was asked for, so that faults can answer differently.
    std::optional<FileBody> file; // of which `parts` are a range or all
    std::optional<ByteRange> range;
    std::string subject; // "org/name/path" of the file

    std::optional<Halt> halt;
    std::int64_t bytesPerSecond = 0;                      // 0: as the listener has it
    std::optional<std::chrono::milliseconds> endlessHead; // between header lines that never end
    bool noHead = false; // the body is all there is, and the connection ends with it
    bool closeAfter = false;
};

[[nodiscard]] std::int64_t bodyLength(const Reply &reply);
// Body and Content-Type; the caller adds what else there is to say.
[[nodiscard]] Reply textReply(int status, std::string_view contentType, std::string text);
void setText(Reply &reply, std::string text);
// 200 with all of the file, or 206 with the range, or 416; with Content-Range, Content-Length and
// Accept-Ranges.
[[nodiscard]] Reply fileReply(const FileBody &file, const std::optional<ByteRange> &range);
// Status line and headers, without the empty line that ends them.
[[nodiscard]] std::string headBytes(const Reply &reply);

} // namespace snug::test
