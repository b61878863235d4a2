#!/usr/bin/env bash
# pack-cuda.sh <file.tar.xz>: packs the tests and benchmarks/Training to run on a CUDA machine that has PyTorch and python3, but no .NET and
# no network. There: tar xf <file.tar.xz>; rnnmlnet-cuda/run-cuda.sh check | tests | benchmark (eng/run-cuda.sh has the arguments).
#
# What goes in:
#   - dotnet/: the .NET runtime (muxer, host, Microsoft.NETCore.App), a copy of the machine's own;
#   - tests/, benchmark/: Release builds without a libtorch (TorchBackend=none). TorchSharp's own native library, libLibTorchSharp.so, comes with the
#     managed TorchSharp package. It is linked with libtorch.so, libtorch_cpu.so and libc10.so alone, and names nothing of CUDA: GPUs are
#     reached through them, and PyTorch's libtorch.so brings its libtorch_cuda.so along. So the same file serves a PyTorch with CUDA
#     (TorchSharp #169), where that PyTorch has the symbols it asks for: it was built against 2.10, and 2.11 has them. `run-cuda.sh check` lists what is missing;
#   - cxx/: a C++ runtime with GLIBCXX_3.4.32, which libLibTorchSharp.so needs, where dotnetw has made one here (eng/native-runtime.sh). It is used
#     where the CUDA machine's libstdc++ lacks it. A machine whose own libstdc++ is new enough has none to pack.
# What stays out: symbols of native code, documentation of assemblies, natives of other systems. Child programs that some tests start (samples, hosts)
# are not packed, nor the repository's files that others read: `tests` runs those of the category Cuda, which need neither.
set -euo pipefail

fail() {
    echo "pack-cuda: $1" >&2
    exit 1
}

[ $# = 1 ] || fail "the name of the pack to write was expected, such as rnnmlnet-cuda.tar.xz, but $# arguments were given."
pack=$(realpath -m "$1")
[ "$(uname -sm)" = "Linux x86_64" ] || fail "TorchSharp has a CUDA build for Linux on x86-64 alone, but this machine is $(uname -sm)."
for tool in tar xz cmp; do
    command -v "$tool" >/dev/null || fail "$tool is not on PATH."
done

repository=$(cd "$(dirname "$0")/.." && pwd -P)
builds=$repository/artifacts/pack-cuda
output=bin/%s/release_linux-x64
limit=$((64 << 20))
mkdir -p "$builds"

# ---- builds, apart from the ones beside the projects, which have a libtorch ----

for project in tests/RnnMlNet.Tests benchmarks/Training; do
    "$repository/dotnetw" build -m:1 -c Release -p:TorchBackend=none --artifacts-path "$builds" "$repository/$project" >"$builds/build.log" 2>&1 ||
        { cat "$builds/build.log" >&2; fail "$project does not build."; }
done

# ---- what goes in ----

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
root=$work/rnnmlnet-cuda
mkdir "$root"
cp "$repository/eng/run-cuda.sh" "$root/"

copy_program() {
    cp -r "$builds/$(printf "$output" "$1")" "$root/$2"
    find "$root/$2" -name '*.so.dbg' -delete
    find "$root/$2" -name '*.xml' -delete
    find "$root/$2" \( -name onnxruntime.dll -o -name '*.dylib' -o -name '*.lib' \) -delete
    # TorchBackend=none has none of these. Were one there, it would hide PyTorch's.
    ! find "$root/$2" -name 'libtorch*' -o -name 'libc10*' | grep . || fail "the build of $1 has a libtorch of its own, which must not be packed."
    [ -f "$root/$2/libLibTorchSharp.so" ] || fail "the build of $1 lacks libLibTorchSharp.so, which TorchSharp's package brings along."
}
copy_program RnnMlNet.Tests tests
copy_program Training benchmark

# Files that the two programs share are packed once, as links.
(cd "$root/benchmark" && find . -type f) | while read -r file; do
    if cmp -s "$root/tests/$file" "$root/benchmark/$file"; then
        ln -f "$root/tests/$file" "$root/benchmark/$file"
    fi
done

dotnet=$(readlink -f "$(if [ -n "${DOTNET_ROOT:-}" ]; then echo "$DOTNET_ROOT/dotnet"; else command -v dotnet; fi)")
newest() {
    find "$1" -mindepth 1 -maxdepth 1 -name '10.*' -printf '%f\n' | sort -V | tail -n 1
}
framework=$(newest "$(dirname "$dotnet")/shared/Microsoft.NETCore.App")
fxr=$(newest "$(dirname "$dotnet")/host/fxr")
[ -n "$framework" ] && [ -n "$fxr" ] || fail "$dotnet has no .NET 10 runtime to pack."
mkdir -p "$root/dotnet/host/fxr" "$root/dotnet/shared/Microsoft.NETCore.App"
cp "$dotnet" "$root/dotnet/"
cp -r "$(dirname "$dotnet")/host/fxr/$fxr" "$root/dotnet/host/fxr/"
cp -r "$(dirname "$dotnet")/shared/Microsoft.NETCore.App/$framework" "$root/dotnet/shared/Microsoft.NETCore.App/"

muxer=$(sh "$repository/eng/native-runtime.sh" "$repository" "$dotnet")
if [ "$muxer" = "$dotnet" ]; then
    cxx="no C++ runtime of its own: the CUDA machine's libstdc++ must have GLIBCXX_3.4.32"
else
    cxx="a C++ runtime of its own"
    mkdir "$root/cxx"
    find "$(dirname "$muxer")/" -maxdepth 1 -name '*.so*' -exec cp -P {} "$root/cxx/" \;
fi

# ---- the pack ----

mkdir -p "$(dirname "$pack")"
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner -cf - rnnmlnet-cuda | xz -T1 -9e >"$pack"
size=$(stat -c %s "$pack")
echo "$pack: $((size >> 20)) MiB, .NET $framework, $cxx"
[ "$size" -lt "$limit" ] || fail "the pack has $size bytes, but must have less than $limit."
