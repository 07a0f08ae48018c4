#!/usr/bin/env bash
# SPDX-FileCopyrightText: Snug contributors
# SPDX-License-Identifier: MIT
#
# The lint must find every kind of offence, and nothing in a clean tree. Each case is one file in a folder of its own.
set -euo pipefail

LINT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)/lint.sh
SCRATCH=$(mktemp -d)
trap 'rm -rf -- "$SCRATCH"' EXIT
SPDX='// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT'
cases=0
wrong=0

# expect TITLE FILE CONTENT: linting a tree of that one file reports TITLE ("" for nothing at all).
expect() {
    local tree=$SCRATCH/$cases output status=0
    mkdir -p "$tree/$(dirname "$2")"
    printf '%s' "$3" >"$tree/$2"
    output=$("$LINT" "$tree" 2>&1) || status=$?
    cases=$((cases + 1))
    if [[ -z $1 && $status -eq 0 ]] || [[ -n $1 && $status -eq 1 && $output == *"$1"*"$(basename "$2")"* ]]; then
        return
    fi
    printf 'lint of %s: expected "%s", got exit code %d and:\n%s\n' "$2" "${1:-nothing}" "$status" "$output" >&2
    wrong=$((wrong + 1))
}

slash=/
blank=' '
expect "" core/a.h "$SPDX
#pragma once
"
expect "No SPDX lines" core/a.h '#pragma once
'
expect "Tabs" core/a.qml "$SPDX
$(printf '\tItem {}')
"
expect "Blanks at the end" README.md "text$blank
"
expect "Longer than 110" ui/A.qml "$SPDX
// $(printf 'x%.0s' {1..120})
"
expect "No newline" CMakeLists.txt '# SPDX-FileCopyrightText: Snug contributors
# SPDX-License-Identifier: MIT'
expect "More than 500 lines" ui/A.qml "$SPDX
$(printf '// line %d\n' {1..500})
"
expect "A path of one machine" README.md "see ${slash}work/main
"
expect "A path of one machine" core/a.cmake "# SPDX-FileCopyrightText: Snug contributors
# SPDX-License-Identifier: MIT
set(x \"${slash}home/someone/x\")
"
expect "The host of a package registry" README.md "from registry.$(printf npmjs).org
"
expect "Unfinished work" ui/A.qml "$SPDX
// $(printf 'TO')DO
"
if command -v clang-format-14 >/dev/null; then
    cp "$(dirname "$LINT")/../.clang-format" "$SCRATCH/"
    expect "Not formatted" core/a.h "$SPDX
#pragma once
int   f( int a );
"
fi
if command -v shellcheck >/dev/null; then
    expect "shellcheck" a.sh "#!/bin/sh
# SPDX-FileCopyrightText: Snug contributors
# SPDX-License-Identifier: MIT
cat \$1
"
fi

printf '%d cases, %d wrong\n' "$cases" "$wrong"
exit $((wrong > 0))
