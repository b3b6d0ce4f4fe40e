# SPDX-License-Identifier: EUPL-1.2
# Sourced by ./demo and ./check: copy_source FOLDER copies the tree as it stands (what git would
# track) with its times, so that make builds again only what changed and nothing is written beside
# the sources.
copy_source() {
    mkdir -p "$1"
    if [ -e .git ] && command -v git >/dev/null; then
        git -c safe.directory="$PWD" ls-files -z -co --exclude-standard
    else
        find . -path ./var -prune -o -type f -print0
    fi | tar --null --ignore-failed-read --warning=no-failed-read -T - -cf - | tar -C "$1" -xf -
}

# Builds the copy in FOLDER/src in FOLDER/build and installs it in FOLDER/inst.
# build_source FOLDER LOG [configure options]
build_source() {
    top=$PWD/$1
    build_log=$2
    shift 2
    copy_source "$top/src" || return 1
    (
        cd "$top/src"
        if [ ! -x configure ]; then autoreconf -i; fi
        mkdir -p "$top/build"
        cd "$top/build"
        if [ ! -f Makefile ] || [ "$*" != "$(cat .options 2>/dev/null)" ]; then
            "$top/src/configure" -q --prefix="$top/inst" "$@" && echo "$*" >.options
        fi
        make -s -j"$(nproc)"
    ) >>"$build_log" 2>&1 || {
        echo "the build failed; the end of $build_log:" >&2
        tail -n 30 "$build_log" >&2
        return 1
    }
}
