#!/bin/sh
# native-runtime.sh <repository> <dotnet>: prints the path of the dotnet program (the "muxer") to run.
#
# TorchSharp's native library is built with GCC 13: it needs a libstdc++ that knows GLIBCXX_3.4.32 (Debian 13, Ubuntu 24.04).
# Where the system's has it, or on any other system than glibc Linux on x86-64 and arm64, that is <dotnet> itself.
# On an older Debian (tried on 12, x86-64) or Ubuntu (the same way, not tried) it is a copy of <dotnet> in .dotnet-runtime/<key> which runs on the next release's C and C++ libraries:
#   - libc6, libstdc++6, libgcc-s1 and patchelf come from the archive that the machine's own apt sources name,
#     checked with the machine's own keyring, and are unpacked there, not installed;
#   - everything else in the dotnet folder is a symbolic link, so the SDK and the shared frameworks are the machine's own.
# Only processes started through that copy get the newer libraries, hence UseAppHost=false in eng/Executable.props.
set -u

repository=$1
dotnet=$2
needs=GLIBCXX_3.4.32
store=$repository/.dotnet-runtime
os_release=${DOTNETW_OS_RELEASE:-/etc/os-release}      # the DOTNETW_ variables are for the tests of this script
apt_folder=${DOTNETW_APT_FOLDER:-/etc/apt}

plain() {
    printf '%s\n' "$dotnet"
    exit 0
}

fail() {
    echo "dotnetw: $1" >&2
    exit 1
}

[ "$(uname -s)" = Linux ] || plain
case $(uname -m) in
    x86_64) triplet=x86_64-linux-gnu loader=ld-linux-x86-64.so.2 ;;
    aarch64) triplet=aarch64-linux-gnu loader=ld-linux-aarch64.so.1 ;;
    *) plain ;;
esac

# The system's libstdc++. Not found: a system we do not know, so leave it alone.
system_folders="/usr/lib/$triplet /lib/$triplet /usr/lib64 /lib64 /usr/lib /lib"
libstdcpp=${DOTNETW_LIBSTDCPP:-}
for folder in $system_folders; do
    [ -n "$libstdcpp" ] && break
    [ -e "$folder/libstdc++.so.6" ] && libstdcpp=$folder/libstdc++.so.6
done
[ -n "$libstdcpp" ] || plain
grep -q "$needs" "$libstdcpp" && plain

without="or go without libtorch: dotnet with -p:TorchBackend=none"
ID= VERSION_CODENAME= PRETTY_NAME=
[ -r "$os_release" ] && . "$os_release"
case $ID in
    debian) suite=trixie components=main ;;
    ubuntu) suite=noble components="main universe" ;;
    *) fail "libtorch needs a libstdc++ with $needs (GCC 13), and that of ${PRETTY_NAME:-this system} is older: use a newer system, $without." ;;
esac
for tool in apt-get dpkg; do
    command -v $tool >/dev/null || fail "preparing a C++ runtime for libtorch needs $tool, which is not on PATH: add it, $without."
done

# One folder for each repository path and dotnet: the copy below holds the one, and is a copy of the other.
dotnet_file=$(readlink -f "$dotnet")
dotnet_root=$(dirname "$dotnet_file")
key=$({ echo "1 $store $suite"; ls -lL "$dotnet_file"; ls "$dotnet_root"; } | cksum | cut -d ' ' -f 1)
final=$store/$key
if [ -x "$final/dotnet" ]; then
    printf '%s\n' "$final/dotnet"
    exit 0
fi

. "$repository/eng/apt.sh"
set -- $(apt_archive "$apt_folder" "$VERSION_CODENAME")
[ $# -gt 0 ] || fail "libtorch needs a libstdc++ with $needs, and no source of ${PRETTY_NAME:-this system}'s packages is named in $apt_folder to get one from: name one there, $without."
uri=$1
keyring=${2:-}

echo "dotnetw: preparing a C++ runtime for libtorch in .dotnet-runtime (once: the system's libstdc++ lacks $needs)" >&2
mkdir -p "$store" || exit 1
work=$(mktemp -d "$store/tmp.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
log=$work/log

get_packages() {
    apt_unpack "$work" "$uri" "$keyring" "$suite" "$components" "$(dpkg --print-architecture)" libc6 libstdc++6 libgcc-s1 patchelf
}
if ! get_packages >"$log" 2>&1; then
    cp "$log" "$store/failed.log"
    fail "could not get $suite's libstdc++ from the archive that $apt_folder names (what apt said: .dotnet-runtime/failed.log): check the network, $without."
fi

make_muxer() {
    mkdir -p "$work/runtime" &&
        find "$work/unpacked" -path "*/$triplet/*" -name '*.so.*' ! -name '*.py' ! -path '*/gconv/*' -exec cp -P {} "$work/runtime/" \; &&
        { [ -e "$work/runtime/$loader" ] || cp "$(find "$work/unpacked" -name "$loader" | head -n 1)" "$work/runtime/"; } || return 1
    for entry in "$dotnet_root"/*; do
        [ "$entry" = "$dotnet_file" ] || ln -s "$entry" "$work/runtime/" || return 1
    done
    cp "$dotnet_file" "$work/runtime/dotnet" &&
        "$work/runtime/$loader" --library-path "$work/runtime" "$work/unpacked/usr/bin/patchelf" \
            --set-interpreter "$final/$loader" \
            --force-rpath --set-rpath "$final:$(echo "$system_folders" | tr ' ' ':')" "$work/runtime/dotnet"
}
if ! make_muxer >>"$log" 2>&1; then
    cp "$log" "$store/failed.log"
    fail "could not make a dotnet that runs on $suite's libstdc++ (see .dotnet-runtime/failed.log): please report it, $without."
fi

# Whoever comes first wins; a second dotnetw that did the same work uses the first one's.
mv -T "$work/runtime" "$final" 2>/dev/null || [ -x "$final/dotnet" ] || fail "could not write $final."
printf '%s\n' "$final/dotnet"
