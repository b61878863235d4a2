#!/bin/sh
# run-arm64.sh <program> [<arguments>]: runs a program for linux-arm64 on a machine with another processor, by QEMU's user-mode emulation.
# For example the tests of RnnMlNet.Runtime:
#
#     ./dotnetw publish tests/RnnMlNet.Runtime.Tests -c Release -r linux-arm64 --self-contained -p:UseAppHost=true -o artifacts/arm64
#     eng/run-arm64.sh artifacts/arm64/RnnMlNet.Runtime.Tests
#
# On Debian (tried on 12) and Ubuntu (the same way, not tried) it fetches arm64's C and C++ libraries, and QEMU where there is none, once,
# into .arm64-runtime. Nothing is installed, and nothing outside the repository changes. run-arm64.sh alone fetches them and runs nothing.
set -u

repository=$(cd "$(dirname "$0")/.." && pwd -P) || exit 1
store=$repository/.arm64-runtime
os_release=${ARM64_OS_RELEASE:-/etc/os-release}      # both variables are for the tests of this script
apt_folder=${ARM64_APT_FOLDER:-/etc/apt}
missing=3      # the exit code where the machine has not what it takes

fail() {
    echo "run-arm64.sh: $1" >&2
    exit $missing
}

[ "$(uname -s)" = Linux ] || fail "programs for linux-arm64 run on Linux only, and this is $(uname -s)."
if [ "$(uname -m)" = aarch64 ]; then
    [ $# -gt 0 ] || exit 0
    exec "$@"
fi

prepare() {
    ID= VERSION_CODENAME= PRETTY_NAME=
    [ -r "$os_release" ] && . "$os_release"
    case $ID in
        debian) components=main ports= ;;
        ubuntu)
            # Ubuntu keeps arm64's packages in an archive apart, which no source of another processor names.
            [ -n "${ARM64_ARCHIVE:-}" ] || fail "Ubuntu has arm64's packages in an archive apart: set ARM64_ARCHIVE to its address."
            components="main universe" ports=$ARM64_ARCHIVE
            ;;
        *) fail "arm64's libraries come from Debian's or Ubuntu's archive, and this is ${PRETTY_NAME:-another system}: use one of these." ;;
    esac
    # .NET hashes by OpenSSL, whose package has another name since times are of 64 bits.
    case $VERSION_CODENAME in
        bookworm | jammy) ssl=libssl3 ;;
        *) ssl=libssl3t64 ;;
    esac
    for tool in apt-get dpkg; do
        command -v $tool >/dev/null || fail "fetching arm64's libraries needs $tool, which is not on PATH: add it."
    done
    . "$repository/eng/apt.sh"
    set -- $(apt_archive "$apt_folder" "$VERSION_CODENAME")
    [ $# -gt 0 ] || fail "no source of ${PRETTY_NAME:-this system}'s packages is named in $apt_folder: name one there."
    uri=$1 keyring=${2:-}

    echo "run-arm64.sh: fetching arm64's C and C++ libraries into .arm64-runtime (once)" >&2
    mkdir -p "$store" || exit 1
    work=$(mktemp -d "$store/tmp.XXXXXX") || exit 1
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    log=$work/log
    if ! get_packages >"$log" 2>&1; then
        cp "$log" "$store/failed.log"
        fail "could not get arm64's libraries from the archive in $apt_folder (what apt said: .arm64-runtime/failed.log): check the network."
    fi
    # Whoever comes first wins; a second one that did the same work uses the first one's.
    mv -T "$work/ready" "$store/ready" 2>/dev/null || [ -d "$store/ready" ] || fail "could not write $store/ready."
    rm -rf "$work"
    trap - EXIT
}

get_packages() {
    mkdir -p "$work/ready" || return 1
    apt_unpack "$work/libraries" "${ports:-$uri}" "$keyring" "$VERSION_CODENAME" "$components" arm64 \
        libc6 libgcc-s1 libstdc++6 zlib1g "$ssl" &&
        mv "$work/libraries/unpacked" "$work/ready/root" || return 1
    command -v qemu-aarch64-static >/dev/null && return 0
    apt_unpack "$work/qemu" "$uri" "$keyring" "$VERSION_CODENAME" "$components" "$(dpkg --print-architecture)" qemu-user-static &&
        mv "$work/qemu/unpacked/usr/bin/qemu-aarch64-static" "$work/ready/"
}

[ -d "$store/ready" ] || prepare
qemu=$store/ready/qemu-aarch64-static
[ -x "$qemu" ] || qemu=$(command -v qemu-aarch64-static) || fail "qemu-aarch64-static is no longer on PATH: delete .arm64-runtime to fetch it."
[ $# -gt 0 ] || exit 0
# Programs of .NET: no ICU here; an emulator has trouble with threads that signals interrupt (without these, a run
# ended in a segmentation fault), and compiling a method again costs it more than it brings.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_ThreadSuspendInjection=0 DOTNET_gcConcurrent=0
export DOTNET_TieredCompilation=0 DOTNET_EnableWriteXorExecute=0
exec "$qemu" -L "$store/ready/root" "$@"
