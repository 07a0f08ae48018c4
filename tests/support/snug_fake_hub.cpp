// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
//
// snug-fake-hub FOLDER [--port N] [--cap BYTES/S]
//
// Serves a folder of models as the Hugging Face Hub would, on loopback, until its input is closed or it is
// interrupted. Prints the line HF_ENDPOINT=http://127.0.0.1:PORT once it can be asked. FOLDER/ORG/X becomes
// the repository ORG/X, FOLDER/X becomes snug/X; --cap is for each connection.
#include "core/base/paths.h"
#include "tests/support/fake_hub.h"
#include "tests/support/fake_hub/model_folder.h"

#include <QCoreApplication>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string_view>

namespace {

constexpr std::string_view kUsage = "Usage: snug-fake-hub FOLDER [--port N] [--cap BYTES/S]\n";

struct Arguments {
    std::filesystem::path folder;
    std::int64_t port = 0;
    std::int64_t cap = 0;
};

std::optional<std::int64_t> number(std::string_view text, std::int64_t most)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > most)
        return std::nullopt;
    return value;
}

std::optional<Arguments> parse(int argc, char **argv)
{
    Arguments arguments;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "--port" || word == "--cap") {
            const auto value =
                ++i < argc ? number(argv[i], word == "--port" ? 65535 : INT64_MAX) : std::nullopt;
            if (!value)
                return std::nullopt;
            (word == "--port" ? arguments.port : arguments.cap) = *value;
        } else if (word.starts_with('-') || !arguments.folder.empty()) {
            return std::nullopt;
        } else {
            arguments.folder = snug::fromUtf8(word);
        }
    }
    return arguments.folder.empty() ? std::nullopt : std::optional(arguments);
}

} // namespace

int main(int argc, char **argv)
{
    const std::optional<Arguments> arguments = parse(argc, argv);
    if (!arguments) {
        std::fputs(kUsage.data(), stderr);
        return 2;
    }
    const QCoreApplication application(argc, argv); // the hub's threads need one
    std::error_code error;
    if (!std::filesystem::is_directory(arguments->folder, error)) {
        std::fprintf(stderr, "%s is not a folder.\n", snug::toUtf8(arguments->folder).c_str());
        return 1;
    }
    snug::test::FakeHubOptions options;
    options.hubPort = static_cast<std::uint16_t>(arguments->port);
    snug::test::FakeHub hub(options);
    if (hub.endpoint().empty()) {
        std::fprintf(stderr, "Port %lld is taken.\n", static_cast<long long>(arguments->port));
        return 1;
    }
    hub.setBytesPerSecond(arguments->cap);
    std::size_t count = 0;
    for (snug::test::FakeRepository &repository : snug::test::repositoriesIn(arguments->folder)) {
        std::fprintf(stderr, "%s: %zu files\n", repository.id.c_str(), repository.files.size());
        hub.addRepository(std::move(repository));
        ++count;
    }
    std::fprintf(stderr, "%zu repositories\n", count);
    std::printf("HF_ENDPOINT=%s\n", hub.endpoint().c_str());
    std::fflush(stdout);
    while (std::fgetc(stdin) != EOF) {
    }
    return 0;
}
