// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/base/paths.h"
#include "core/download/transfer.h"

#include <charconv>
#include <cstdio>
#include <string>
#include <vector>

// One download in a process of its own, so that a test can kill it:
//   fetch-program URL BYTES SHA256 PART TARGET CONNECTIONS JOURNAL_EVERY_MS
using namespace snug;
using namespace snug::download;

namespace {

std::int64_t numberOf(const std::string &text)
{
    std::int64_t value = -1;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

} // namespace

int main(int argc, char **argv)
{
    constexpr std::size_t kArguments = 7;
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() != kArguments)
        return 2;
    const auto url = http::Url::parse(arguments[0]);
    if (!url)
        return 2;
    FileRequest request;
    request.identity = {"https://hub.invalid/acme/tiny", std::string(40, 'a'), "m.gguf"};
    request.bytes = numberOf(arguments[1]);
    request.hash = {HashKind::Sha256, arguments[2]};
    request.part = fromUtf8(arguments[3]);
    request.target = fromUtf8(arguments[4]);
    request.resolve = [&url](const std::stop_token &) { return Result<Source>(Source{*url}); };
    Options options;
    options.connections = static_cast<int>(numberOf(arguments[5]));
    options.journalEvery = std::chrono::milliseconds(numberOf(arguments[6]));
    const auto done = fetchFile(request, options, {}, {});
    if (!done)
        std::fprintf(stderr, "%s\n", done.error().message.c_str());
    return done ? 0 : 1;
}
