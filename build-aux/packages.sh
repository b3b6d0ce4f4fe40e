# SPDX-License-Identifier: EUPL-1.2
# Sourced by ./demo and ./check: need_packages PURPOSE... installs what is missing of
# build-aux/packages.txt. Nothing is asked of the network when all is there.
need_packages() {
    package_list=
    for package_purpose; do
        package_list="$package_list $(sed -n "s/^\([a-z0-9.+-]*\)  *$package_purpose\$/\1/p" build-aux/packages.txt)"
    done
    package_missing=
    for package in $package_list; do
        # npm also comes with other packages of node
        if [ "$package" = npm ] && command -v npm >/dev/null; then continue; fi
        package_state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || package_state=none
        [ "$package_state" = installed ] || package_missing="$package_missing $package"
    done
    [ -n "$package_missing" ] || return 0
    echo "installing:$package_missing"
    root_do=
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            echo "these packages are missing; as root: apt-get install --no-install-recommends$package_missing" >&2
            return 1
        }
        root_do=sudo
    fi
    $root_do env DEBIAN_FRONTEND=noninteractive sh -c '
        apt-get -qq update && apt-get -qq -y install --no-install-recommends "$@"' sh $package_missing
}
