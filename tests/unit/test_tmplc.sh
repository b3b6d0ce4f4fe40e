#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Every template in templates-bad/ breaks one rule. The compiler must refuse it with the message that
# its first line expects, name file and line, and leave nothing usable behind.
srcdir=${srcdir:-.}
tmplc=build-aux/tmplc
count=0
bad=0
for file in "$srcdir"/tests/unit/templates-bad/*.html; do
    name=$(basename "$file")
    want=$(sed -n '1s/^%# expect: //p' "$file")
    if message=$("$tmplc" "$name" "$file" 2>&1 >/dev/null); then
        echo "$name: was compiled, but should be refused with: $want"
        bad=$((bad + 1))
    else
        case $message in
        "$name":[0-9]*": error: "*"$want"*) ;;
        *)
            echo "$name: expected: $want"
            echo "$name: got: $message"
            bad=$((bad + 1))
            ;;
        esac
    fi
    count=$((count + 1))
done
echo "$count templates, $bad not as expected"
test "$count" -ge 70 && test "$bad" -eq 0
