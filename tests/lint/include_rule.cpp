// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "tests/lint/include_rule.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string_view>

namespace fs = std::filesystem;

namespace snug::test {

namespace {

struct Layer {
    std::string_view folder;
    std::vector<std::string_view> mayInclude;
    bool qt;
    bool engine;
};

// The first whose folder holds the file is the file's layer.
const std::array<Layer, 7> &layers()
{
    static const std::array<Layer, 7> table{{
        {"core", {"core"}, false, false},
        {"backends/llama", {"core", "backends"}, false, true},
        {"backends", {"core", "backends"}, false, false},
        {"app/cli", {"core", "backends", "app/cli"}, false, false},
        {"ui", {"core", "ui"}, true, false},
        {"app/desktop", {"core", "ui", "app/desktop"}, true, false},
        {"tests", {"core", "backends", "app", "ui", "tests"}, true, false},
    }};
    return table;
}

// Folders that are not source; everything else at the top with a C++ file in it needs a layer.
constexpr std::array<std::string_view, 3> kIgnoredFolders{"build", ".git", ".ccache"};

struct Include {
    int line = 0;
    bool quoted = false;
    std::string name;
    std::string resolved; // relative to the root; empty when it is no file of the tree
};

struct SourceFile {
    std::vector<Include> includes;
    bool includesEngine = false;
};

bool isBelow(std::string_view path, std::string_view folder)
{
    return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

bool isSource(const fs::path &path)
{
    static const std::set<std::string> suffixes{".h", ".hpp", ".c", ".cc", ".cpp", ".mm", ".cu", ".inc"};
    return suffixes.contains(path.extension().string());
}

bool isQtHeader(const std::string &name)
{
    static const std::regex expression(R"((Qt?[A-Z]\w*(/.+)?)|((private/)?q[a-z0-9_]+\.h)|(qpa/.+))");
    return std::regex_match(name, expression);
}

bool isGenerated(const std::string &name)
{
    return name.ends_with(".moc") || name.starts_with("moc_");
}

// Headers of llama.cpp: include/, ggml/include, tools/mtmd, tools/server, and the plain names of its common/.
bool isEngineHeader(const std::string &name)
{
    static const std::regex family(
        R"((.*/)?(llama|ggml|gguf|mtmd|server|chat|json-schema|peg)(-[\w-]+)?\.h)");
    static const std::regex folder(R"((common|ggml|llama|mtmd|jinja|tools/(server|mtmd))/.+)");
    static const std::set<std::string> common{
        "arg.h",     "base64.hpp", "build-info.h",       "common.h",    "console.h",     "debug.h",
        "fit.h",     "download.h", "hf-cache.h",         "http.h",      "httplib.h",     "imatrix-loader.h",
        "log.h",     "json.h",     "ngram-cache.h",      "preset.h",    "sampling.h",    "ngram-map.h",
        "subproc.h", "trie.h",     "reasoning-budget.h", "ngram-mod.h", "speculative.h", "unicode.h"};
    return std::regex_match(name, family) || std::regex_match(name, folder) || common.contains(name);
}

std::string resolve(const fs::path &root, const fs::path &file, const std::string &name)
{
    for (const fs::path &candidate : {root / name, file.parent_path() / name}) {
        std::error_code ignored;
        if (fs::is_regular_file(candidate, ignored))
            return candidate.lexically_normal().lexically_relative(root.lexically_normal()).generic_string();
    }
    return {};
}

SourceFile readFile(const fs::path &root, const fs::path &path)
{
    static const std::regex directive(
        R"(^\s*#\s*(?:include|include_next|import)\s*(?:(["<])([^">]+)[">])?.*)");
    SourceFile file;
    std::ifstream in(path, std::ios::binary);
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        std::smatch match;
        if (line.find('#') == std::string::npos || !std::regex_match(line, match, directive))
            continue;
        Include include{number, match[1] == "\"", match[2], {}};
        include.resolved = resolve(root, path, include.name);
        if (include.resolved.empty() && isEngineHeader(include.name))
            file.includesEngine = true;
        file.includes.push_back(std::move(include));
    }
    return file;
}

using Tree = std::map<std::string, SourceFile>;

Tree readTree(const fs::path &root)
{
    Tree tree;
    for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator();
         ++entry) {
        const std::string name = entry->path().filename().string();
        if (entry->is_directory()) {
            if (entry.depth() == 0 && std::ranges::find(kIgnoredFolders, name) != kIgnoredFolders.end())
                entry.disable_recursion_pending();
        } else if (isSource(entry->path())) {
            tree.emplace(entry->path().lexically_relative(root).generic_string(),
                         readFile(root, entry->path()));
        }
    }
    return tree;
}

// The first header, reached from `start` through files of ours, that includes the engine; empty when there is
// none.
std::string engineThrough(const Tree &tree, const std::string &start)
{
    std::set<std::string> seen;
    std::vector<std::string> open{start};
    while (!open.empty()) {
        const std::string name = open.back();
        open.pop_back();
        const auto found = tree.find(name);
        if (found == tree.end() || !seen.insert(name).second)
            continue;
        if (found->second.includesEngine)
            return name;
        for (const Include &include : found->second.includes) {
            if (!include.resolved.empty())
                open.push_back(include.resolved);
        }
    }
    return {};
}

// Why this #include breaks the rules of `layer`; empty when it does not.
std::string judge(const Tree &tree, const Layer &layer, const Include &include)
{
    const std::string of = " in " + std::string(layer.folder);
    if (include.name.empty())
        return "an #include that names no file";
    if (include.resolved.empty()) {
        if (isEngineHeader(include.name))
            return layer.engine ? std::string() : include.name + " is a header of the engine" + of;
        if (isQtHeader(include.name))
            return layer.qt ? std::string() : include.name + " is a header of Qt" + of;
        if (include.quoted && !layer.engine && !isGenerated(include.name))
            return "\"" + include.name + "\" is no file of this tree";
        return {};
    }
    if (std::ranges::none_of(layer.mayInclude,
                             [&](std::string_view folder) { return isBelow(include.resolved, folder); }))
        return include.resolved + " must not be seen" + of;
    if (layer.engine)
        return {};
    const std::string through = engineThrough(tree, include.resolved);
    return through.empty() ? std::string() : include.name + " brings the engine along, through " + through;
}

} // namespace

IncludeReport checkIncludes(const fs::path &root)
{
    IncludeReport report;
    const Tree tree = readTree(root);
    for (const auto &[name, file] : tree) {
        ++report.files;
        const auto layer = std::ranges::find_if(
            layers(), [&name = name](const Layer &each) { return isBelow(name, each.folder); });
        if (layer == layers().end()) {
            report.offences.push_back({name, 0, "no rule covers this folder"});
            continue;
        }
        for (const Include &include : file.includes) {
            ++report.includes;
            if (std::string why = judge(tree, *layer, include); !why.empty())
                report.offences.push_back({name, include.line, std::move(why)});
        }
    }
    return report;
}

} // namespace snug::test
