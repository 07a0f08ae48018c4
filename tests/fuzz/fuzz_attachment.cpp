// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/base64.h"
#include "core/chat/attachment.h"
#include "core/chat/image_header.h"
#include "tests/fuzz/demand.h"

// Any bytes as a file that is attached: an image within the limits, a text that cannot end its own fence, or
// an error that says why; and base64 that is its own inverse.

namespace {

using namespace snug;
using namespace snug::chat;
using fuzz::demand;

void checkImage(const Attachment &image)
{
    const auto header = readImageHeader(image.content());
    demand(header && *header, "an image has a header");
    demand((*header)->width > 0 && (*header)->height > 0, "an image has pixels");
    demand((*header)->pixels() <= kMostImagePixels, "pixels are bounded");
    demand(bytesOfDataUrl(dataUrl(image)) == image.content(), "a data URL holds the image");
}

void checkText(const Attachment &text)
{
    demand(gguf::isUtf8(std::string(text.content())), "a text is UTF-8");
    const std::string whole = fenced(text);
    const std::size_t begin = whole.find('\n') + 1;
    const std::string fence = whole.substr(begin, whole.find('\n', begin) - begin);
    demand(text.content().find(fence) == std::string_view::npos, "a fence is not inside");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string bytes(data, data + size);
    const auto made = makeAttachment(bytes.substr(0, 20), bytes);
    if (!made)
        fuzz::checkError(made.error());
    else if (made->kind == AttachmentKind::Image)
        checkImage(*made);
    else
        checkText(*made);
    demand(fromBase64(base64Of(bytes)) == bytes, "base64 is its own inverse");
    if (const auto decoded = fromBase64(bytes))
        demand(base64Of(*decoded) == bytes, "each content has one spelling");
    return 0;
}
