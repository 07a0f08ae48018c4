// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/gguf/foreign_file.h"

#include "core/base/units.h"
#include "core/gguf/little_endian.h"
#include "core/gguf/text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>

namespace snug::gguf {
namespace {

using namespace std::string_view_literals;

struct Beginning {
    std::string_view prefix;
    std::string_view text; // prefix without byte-order mark and leading white space
    std::int64_t fileBytes;
};

using Recognizer = std::optional<Error> (*)(const Beginning &);

Error told(ErrorKind kind, std::string_view reason, std::string message, std::string hint)
{
    return Error{kind, std::move(message), {{"reason", std::string(reason)}}, std::move(hint)};
}

bool startsWithIgnoringCase(std::string_view text, std::string_view start)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return text.size() >= start.size() &&
           std::equal(start.begin(), start.end(), text.begin(),
                      [lower](char a, char b) { return lower(a) == lower(b); });
}

std::optional<Error> emptyFile(const Beginning &file)
{
    if (file.fileBytes != 0)
        return std::nullopt;
    Error error =
        told(ErrorKind::Truncated, "empty",
             "The file is empty: its download never began. Nothing was changed.", "Download it again.");
    error.detail.emplace_back("wanted_bytes", std::int64_t{24});
    error.detail.emplace_back("file_bytes", std::int64_t{0});
    return error;
}

std::optional<Error> zeros(const Beginning &file)
{
    if (file.prefix.size() < 4 || file.prefix.find_first_not_of('\0') != std::string_view::npos)
        return std::nullopt;
    return told(
        ErrorKind::Corrupt, "zeros",
        "The file begins with zeros only: its space was reserved, but its beginning was never downloaded.",
        "Download it again.");
}

std::optional<Error> htmlPage(const Beginning &file)
{
    static constexpr std::array kStarts = {"<!doctype html"sv, "<html"sv, "<head"sv,
                                           "<body"sv,          "<!--"sv,  "<?xml"sv};
    const bool found = std::any_of(kStarts.begin(), kStarts.end(),
                                   [&file](auto start) { return startsWithIgnoringCase(file.text, start); });
    if (!found)
        return std::nullopt;
    return told(
        ErrorKind::Corrupt, "html_page",
        "This is a web page that was saved under the name of a model, usually a sign-in or error page.",
        "Download the model again; if its page asks you to sign in or to accept a licence, do that first.");
}

// The pointer names the real size: "version ...\noid sha256:...\nsize 4920739232\n".
std::optional<Error> gitLfsPointer(const Beginning &file)
{
    if (!file.text.starts_with("version https://git-lfs.github.com/spec/"))
        return std::nullopt;
    std::int64_t bytes = 0;
    if (const auto at = file.text.find("\nsize "); at != std::string_view::npos) {
        const std::string_view digits = file.text.substr(at + 6);
        std::from_chars(digits.data(), digits.data() + digits.size(), bytes);
    }
    const std::string size = bytes > 0 ? fmt::format(" of {}", formatBytes(bytes)) : std::string();
    Error error = told(ErrorKind::Corrupt, "git_lfs_pointer",
                       fmt::format("This is not the model but a Git LFS pointer to a file{}.", size),
                       "Run \"git lfs pull\" in the folder that was cloned, or download the model itself.");
    if (bytes > 0)
        error.detail.emplace_back("wanted_bytes", bytes);
    return error;
}

std::optional<Error> safetensors(const Beginning &file)
{
    if (file.prefix.size() < 9 || file.prefix[8] != '{')
        return std::nullopt;
    const auto length = fromLittleEndian<std::uint64_t>(std::as_bytes(std::span(file.prefix)).data());
    if (length < 2 || length > static_cast<std::uint64_t>(file.fileBytes))
        return std::nullopt;
    return told(
        ErrorKind::Unsupported, "safetensors",
        "This is a safetensors file, the form in which models are published for training, not a GGUF file.",
        "Convert the model's folder to GGUF, or download a GGUF file of the same model.");
}

std::optional<Error> jsonDocument(const Beginning &file)
{
    if (!file.text.starts_with('{') && !file.text.starts_with('['))
        return std::nullopt;
    const auto json = nlohmann::json::parse(file.text, nullptr, false);
    std::string said;
    if (json.is_object() && json.contains("error") && json["error"].is_string())
        said = fmt::format(" It says: \"{}\".", escaped(json["error"].get<std::string>(), 200));
    return told(ErrorKind::Corrupt, "json_document",
                "This is a JSON document, usually a server's error message, that was saved under the name of "
                "a model." +
                    said,
                "Download the model again; sign in first if its page asks for it.");
}

std::optional<Error> archive(const Beginning &file)
{
    if (file.prefix.starts_with("PK\x03\x04"))
        return told(
            ErrorKind::Unsupported, "zip_archive",
            "This is a ZIP archive, probably a PyTorch checkpoint, not a GGUF file.",
            "Choose a GGUF file of the model, or convert its safetensors files. A ZIP of GGUF files must be "
            "unpacked first.");
    if (file.prefix.size() >= 2 && file.prefix[0] == '\x80' && file.prefix[1] >= '\x02' &&
        file.prefix[1] <= '\x05')
        return told(ErrorKind::Unsupported, "pickle",
                    "This is a Python pickle, an old PyTorch checkpoint. Snug does not open pickles, because "
                    "they can run "
                    "programs.",
                    "Choose a GGUF or safetensors file of the model.");
    return std::nullopt;
}

// The magics of 2023 are numbers, so their letters stand in the file in reverse.
std::optional<Error> legacyGgml(const Beginning &file)
{
    static constexpr std::array kMagics = {"lmgg"sv, "fmgg"sv, "tjgg"sv, "algg"sv};
    if (std::none_of(kMagics.begin(), kMagics.end(),
                     [&file](auto magic) { return file.prefix.starts_with(magic); }))
        return std::nullopt;
    return told(ErrorKind::Unsupported, "ggml_legacy",
                "This is a GGML file from before August 2023, which llama.cpp no longer reads.",
                "Download a GGUF file of the same model.");
}

std::optional<Error> textDocument(const Beginning &file)
{
    if (file.prefix.size() < 4)
        return std::nullopt;
    // The prefix may end inside a character.
    std::string_view text = file.prefix;
    for (int cut = 0; cut < 3 && !isUtf8(text); ++cut)
        text.remove_suffix(1);
    const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\r' || c == '\t';
    });
    if (!printable || !isUtf8(text))
        return std::nullopt;
    return told(ErrorKind::Corrupt, "text_document",
                fmt::format("This is a text, not a model. It begins: \"{}\".",
                            escaped(file.text.substr(0, file.text.find_first_of("\r\n")), 60)),
                "Download the model again, or choose another file.");
}

} // namespace

Error notGguf(std::string_view prefix, std::int64_t fileBytes)
{
    std::string_view text = prefix;
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    const Beginning file{prefix, text, fileBytes};
    static constexpr std::array<Recognizer, 9> kRecognizers = {emptyFile,     zeros,       htmlPage,
                                                               gitLfsPointer, safetensors, jsonDocument,
                                                               archive,       legacyGgml,  textDocument};
    for (const Recognizer recognize : kRecognizers) {
        if (auto error = recognize(file))
            return *std::move(error);
    }
    return told(ErrorKind::Corrupt, "not_gguf",
                fmt::format(R"(This is not a GGUF file: it begins with "{}" where "GGUF" should stand.)",
                            escaped(prefix.substr(0, 4))),
                "Choose a GGUF file, or download this one again.");
}

} // namespace snug::gguf
