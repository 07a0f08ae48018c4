#!/usr/bin/env bash
# SPDX-FileCopyrightText: Snug contributors
# SPDX-License-Identifier: MIT
#
# installers/from-source without a network and without a compiler: a copy of it in a folder of its own, with package lists
# made for the case, and with a cmake, a ctest and a snug-cli that only write down how they were called.
# check() evaluates its expressions later, after the run.
# shellcheck disable=SC2016
set -euo pipefail

SOURCE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
SCRATCH=$(mktemp -d)
trap 'rm -rf -- "$SCRATCH"' EXIT
chmod 755 "$SCRATCH"
cases=0
wrong=0

# A fresh copy in TREE; lists are empty until a case fills one.
new_tree() {
    TREE=$SCRATCH/$cases
    mkdir -p "$TREE/installers/packages" "$TREE/bin"
    cp "$SOURCE/installers/from-source" "$TREE/installers/"
    local list
    for list in build window test vulkan; do : >"$TREE/installers/packages/$list.txt"; done
    cat >"$TREE/bin/cmake" <<'STUB'
#!/bin/bash
echo "cmake $*" >>"$CALLS"
[[ $1 == --preset ]] || exit 0
mkdir -p "build/$2/bin"
touch "build/$2/build.ninja"
printf '#!/bin/bash\necho "snug-cli $*" >>"$CALLS"\n' >"build/$2/bin/snug-cli"
printf '#!/bin/bash\necho "snug $*" >>"$CALLS"\n' >"build/$2/bin/snug"
chmod +x "build/$2/bin/snug-cli" "build/$2/bin/snug"
STUB
    cat >"$TREE/bin/ctest" <<'STUB'
#!/bin/bash
echo "ctest $*" >>"$CALLS"
printf '<?xml version="1.0"?>\n<testsuite name="(empty)"\n\ttests="7"\n\tfailures="%s"\n\tdisabled="1"\n\tskipped="2"\n>\n' \
    "${FAILURES:-0}" >"${@: -1}"
[[ ${FAILURES:-0} == 0 ]] || exit 8
STUB
    # No driver and no compiler of this machine may change what is expected.
    printf '#!/bin/bash\nexit 9\n' >"$TREE/bin/nvidia-smi"
    chmod +x "$TREE/bin/cmake" "$TREE/bin/ctest" "$TREE/bin/nvidia-smi"
    CALLS=$TREE/calls
    : >"$CALLS"
}

# from_source ARGUMENT...: OUTPUT and STATUS of a run with an environment of its own; VARIABLES are added to it.
from_source() {
    STATUS=0
    OUTPUT=$("${AS[@]}" env -i "PATH=$TREE/bin:/usr/bin:/bin" "CALLS=$CALLS" "${VARIABLES[@]}" \
        bash "$TREE/installers/from-source" "$@" </dev/null 2>&1) || STATUS=$?
}
AS=()
VARIABLES=()

check() {
    cases=$((cases + 1))
    if eval "$2"; then return; fi
    printf '%s: not so: %s\nexit code %d, output:\n%s\ncalls:\n%s\n' "$1" "$2" "$STATUS" "$OUTPUT" "$(cat "$CALLS")" >&2
    wrong=$((wrong + 1))
}

packages_are_recognised() {
    new_tree
    printf '# only this comment\n\nbash\nsnug-no-such-package | bash\nsnug-no-such-package unless bash\n' \
        >"$TREE/installers/packages/build.txt"
    from_source packages
    check "satisfied lists" '[[ $STATUS == 0 && -z $OUTPUT ]]'

    printf 'snug-no-such-package # why\nsnug-none | snug-neither\nsnug-absent unless snug-no-command\n' \
        >"$TREE/installers/packages/window.txt"
    from_source packages
    check "missing ones are named" '[[ $OUTPUT == *"install --no-install-recommends snug-no-such-package snug-none snug-absent"* ]]'
    check "nothing happens without an answer" '[[ $STATUS == 1 && ! -s $CALLS ]]'
}

without_root_it_only_tells() {
    ((EUID == 0)) && command -v setpriv >/dev/null || return 0
    new_tree
    printf 'snug-no-such-package\n' >"$TREE/installers/packages/build.txt"
    AS=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    from_source run --yes
    AS=()
    check "no root" '[[ $STATUS == 1 && $OUTPUT == *"Run as root:"*"snug-no-such-package"* && ! -s $CALLS ]]'
}

run_without_display_works_in_the_terminal() {
    new_tree
    from_source run
    check "run" '[[ $STATUS == 0 && $OUTPUT == *"no display"* ]]'
    check "configures the release" 'grep -q "^cmake --preset release -DSNUG_VULKAN=O" "$CALLS"'
    check "devices, fit, chat" '[[ $(grep -c "^snug-cli devices\|^snug-cli fit .*Q8_0.gguf\|^snug-cli chat .* -p " "$CALLS") == 3 ]]'

    : >"$CALLS"
    from_source run
    check "the second time it does not configure" '[[ $STATUS == 0 ]] && ! grep -q "^cmake --preset" "$CALLS"'

    VARIABLES=(DISPLAY=:77)
    : >"$CALLS"
    from_source run
    VARIABLES=()
    check "with a display it opens the window" '[[ $(tail -n 1 "$CALLS") == "snug " ]]'
}

a_plugin_that_was_built_stays_on() {
    new_tree
    mkdir -p "$TREE/build/engine/build"
    printf 'GGML_VULKAN:BOOL=ON\nGGML_CPU_ALL_VARIANTS:BOOL=ON\nGGML_CUDA:BOOL=OFF\n' >"$TREE/build/engine/build/CMakeCache.txt"
    from_source run
    check "stays on" 'grep -q "^cmake --preset release -DSNUG_VULKAN=ON.* -DSNUG_CPU_ALL_VARIANTS=ON" "$CALLS"'
    check "stays off" '! grep -q "SNUG_CUDA" "$CALLS"'
}

an_nvidia_card_is_used() {
    new_tree
    printf '#!/bin/bash\nprintf "9.0\\n8.6\\n8.6\\n"\n' >"$TREE/bin/nvidia-smi"
    printf '#!/bin/bash\n' >"$TREE/bin/nvcc"
    chmod +x "$TREE/bin/nvcc"
    from_source run
    check "cuda" 'grep -q -- "-DSNUG_CUDA=ON -DCMAKE_CUDA_ARCHITECTURES=86;90" "$CALLS"'
}

test_counts_and_fails() {
    new_tree
    from_source test --yes
    check "every plugin" 'grep -q "^cmake --preset ci -DSNUG_VULKAN=ON" "$CALLS"'
    check "counts" '[[ $STATUS == 0 && $OUTPUT == *"4 passed, 0 failed, 3 skipped" ]]'
    VARIABLES=(FAILURES=1)
    from_source test --yes
    VARIABLES=()
    check "a failure is the exit code" '[[ $STATUS == 8 && $OUTPUT == *"3 passed, 1 failed, 3 skipped" ]]'
}

wrong_usage() {
    new_tree
    from_source
    check "no job" '[[ $STATUS == 2 ]]'
    from_source run test
    check "two jobs" '[[ $STATUS != 0 && ! -s $CALLS ]]'
    from_source run --no-such-option
    check "unknown option" '[[ $STATUS == 2 && ! -s $CALLS ]]'
}

packages_are_recognised
without_root_it_only_tells
run_without_display_works_in_the_terminal
a_plugin_that_was_built_stays_on
an_nvidia_card_is_used
test_counts_and_fails
wrong_usage

printf '%d cases, %d wrong\n' "$cases" "$wrong"
exit $((wrong > 0))
