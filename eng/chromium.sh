#!/bin/sh
# chromium.sh: prints the path of a Chromium, for the test of samples/Browser.
# It is the one that CHROMIUM names, or one on PATH. On Debian, where there is none, it installs Debian's own, which takes root.
set -u

fail() {
    echo "chromium.sh: $1" >&2
    exit 1
}

if [ -n "${CHROMIUM:-}" ]; then
    [ -x "$CHROMIUM" ] || fail "CHROMIUM is '$CHROMIUM', which is no program: set it to the path of a Chromium, or unset it."
    printf '%s\n' "$CHROMIUM"
    exit 0
fi

find_browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v $name && return 0
    done
    return 1
}
find_browser && exit 0

os_release=${CHROMIUM_OS_RELEASE:-/etc/os-release}      # for the tests of this script
ID=
[ -r "$os_release" ] && . "$os_release"
instead="install a Chromium, or name one in the variable CHROMIUM."
[ "$ID" = debian ] || fail "there is no Chromium on PATH: $instead"
[ "$(id -u)" = 0 ] || fail "there is no Chromium on PATH, and installing Debian's takes root: $instead"

echo "chromium.sh: installing Debian's chromium, because there is none on PATH" >&2
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND
options="-q -oDPkg::Lock::Timeout=300 -oAcquire::http::Timeout=20"
{ apt-get $options update && apt-get $options install -y --no-install-recommends chromium; } >"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    fail "apt-get could not install Debian's chromium (its last lines are above): check the network, $instead"
}
find_browser || fail "Debian's chromium is installed, but not on PATH: add /usr/bin to it."
