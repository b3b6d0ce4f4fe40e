#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Every fuzz target over its corpus: what fuzzing once found stays found.
: "${FUZZ_TARGETS:?is set by make check}" "${FUZZ_CORPUS:?is set by make check}"
failed=0
for target in $FUZZ_TARGETS; do
  name=${target##*/fuzz_}
  if ! "./$target" "$FUZZ_CORPUS/$name"; then
    echo "fuzz_$name fails on its corpus" >&2
    failed=1
  fi
done
exit $failed
