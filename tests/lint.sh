#!/usr/bin/env bash
# SPDX-FileCopyrightText: Snug contributors
# SPDX-License-Identifier: MIT
#
# Checks that need no compiler and no network: formatting, licence lines, layout, names that must not be in the tree.
#
#   tests/lint.sh [FOLDER]   checks that folder (default: this checkout); exit code 1 when anything is wrong
set -euo pipefail
export LC_ALL=C.UTF-8
# report() counts in this shell, not in the one of a pipe.
shopt -s lastpipe

ROOT=${1:-$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)}
cd "$ROOT"

CODE_COLUMNS=110
OTHER_COLUMNS=180
CODE_LINES=500
failures=0

# Files of the project: what git knows or would add; in an archive without git, everything but the build folders.
project_files() {
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files --cached --others --exclude-standard | sort -u
    else
        find . -type f -not -path './build/*' -not -path './.git/*' -printf '%P\n' | sort
    fi
}

# report TITLE: prints and counts the offences on standard input, if any.
report() {
    local offences
    offences=$(cat)
    if [[ -n $offences ]]; then
        printf '%s:\n%s\n' "$1" "$offences" | sed '2,$s/^/  /' >&2
        failures=$((failures + 1))
    fi
}

# matching EXPRESSION FILE...: "file:line: text" of every match; no files, no matches.
matching() {
    local expression=$1
    shift
    (($#)) || return 0
    grep -nHIE -- "$expression" "$@" | cut -c 1-200 || true
}

mapfile -t all < <(project_files | while read -r file; do [[ -f $file ]] && printf '%s\n' "$file"; done)
select_files() { printf '%s\n' "${all[@]}" | grep -E -- "$1" || true; }
mapfile -t cpp < <(select_files '\.(h|cpp)$')
mapfile -t code < <(select_files '\.(h|cpp|qml)$')
mapfile -t scripts < <(select_files '(\.sh|^\.ci/run|^installers/from-source)$')
mapfile -t licensed < <(select_files '(\.(h|cpp|qml|cmake|sh|yml)|CMakeLists\.txt|^\.ci/run|^installers/from-source)$')
mapfile -t text < <(select_files '\.(h|cpp|qml|cmake|sh|yml|md|json|txt|ini|in|desktop)$|^\.ci/run$|^installers/from-source$' |
    grep -vE '^(resources|installers/licences|tests/fuzz/corpus)/' || true)
# A row of a table in a page cannot be broken.
mapfile -t text_but_prose < <(printf '%s\n' "${text[@]}" | grep -v '\.md$' || true)

check_format() {
    local program
    program=$(command -v clang-format-14 || command -v clang-format || true)
    if [[ -z $program ]] || ! "$program" --version | grep -q 'version 14\.'; then
        echo "lint: clang-format 14 is not installed; formatting is not checked"
        return
    fi
    if ((${#cpp[@]})); then
        { "$program" --dry-run -Werror --ferror-limit=3 "${cpp[@]}" 2>&1 | grep 'error:' || true; } |
            report "Not formatted (clang-format-14 -i FILE)"
    fi
}

check_licence_lines() {
    local file
    for file in "${licensed[@]}"; do
        head -n 3 "$file" | grep -q 'SPDX-FileCopyrightText: ' && head -n 3 "$file" | grep -q 'SPDX-License-Identifier: MIT' ||
            printf '%s\n' "$file"
    done | report "No SPDX lines at the top"
}

check_layout() {
    matching $'\t' "${text[@]}" | report "Tabs"
    matching '[[:space:]]+$' "${text[@]}" | report "Blanks at the end of a line"
    matching ".{$((CODE_COLUMNS + 1)),}" "${code[@]}" | report "Longer than $CODE_COLUMNS columns"
    matching ".{$((OTHER_COLUMNS + 1)),}" "${text_but_prose[@]}" | report "Longer than $OTHER_COLUMNS columns"
    local file
    for file in "${text[@]}"; do
        if [[ -s $file && -n $(tail -c 1 "$file") ]]; then printf '%s\n' "$file"; fi
    done | report "No newline at the end"
    for file in "${code[@]}" "${scripts[@]}"; do
        if (($(wc -l <"$file") > CODE_LINES)); then printf '%s\n' "$file"; fi
    done | report "More than $CODE_LINES lines: split it"
}

# The expressions are written so that they do not find themselves.
check_names() {
    matching '(^|[^[:alnum:]_.$}-])/(work|root|tmp|home/[[:alnum:]]+)/' "${text[@]}" | report "A path of one machine"
    matching 'registry[.](npmjs|yarnpkg)|(deb|security|archive|ports)[.](debian|ubuntu)[.](org|com)|npmmirror[.]|pypi[.]org' \
        "${text[@]}" | report "The host of a package registry"
    matching 'TO[D]O|FIX[M]E|XX[X]' "${code[@]}" "${scripts[@]}" | report "Unfinished work"
    matching '^(<{7}|>{7}) ' "${text[@]}" | report "Left over from a merge"
}

check_scripts() {
    if ! command -v shellcheck >/dev/null; then
        echo "lint: shellcheck is not installed; scripts are not checked"
        return
    fi
    if ((${#scripts[@]})); then
        { shellcheck --format=gcc "${scripts[@]}" || true; } | report "shellcheck"
    fi
}

check_format
check_licence_lines
check_layout
check_names
check_scripts

if ((failures)); then
    printf 'lint: %d kinds of offence in %d files checked\n' "$failures" "${#all[@]}" >&2
    exit 1
fi
printf 'lint: %d files checked, nothing found\n' "${#all[@]}"
