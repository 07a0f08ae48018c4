#!/usr/bin/env bash
# SPDX-FileCopyrightText: Snug contributors
# SPDX-License-Identifier: MIT
#
# qmllint.sh QMLLINT IMPORT_PATH: every QML file, one process each; any warning is a failure. Qt 6.4's qmllint now and
# then crashes over many files at once and also, rarely, over one: a crash is tried again, a warning is not. It nearly
# always crashes over `count.toString()` of an int in a function with types: write `String(count)`.
set -uo pipefail
qmllint=$1
imports=$2
cd "$(dirname -- "${BASH_SOURCE[0]}")/.." || exit

readonly ATTEMPTS=5
failures=0
while read -r file; do
    for ((attempt = 1; attempt <= ATTEMPTS; attempt++)); do
        words=$("$qmllint" -I "$imports" "$file" 2>&1)
        code=$?
        ((code < 128 || code == 255)) && break
    done
    if ((code != 0)); then
        printf '%s (exit %d)\n%s\n' "$file" "$code" "$words" >&2
        failures=$((failures + 1))
    fi
done < <(find ui/qml -name '*.qml' | sort)
echo "qmllint: $failures files with warnings"
exit $((failures > 0))
