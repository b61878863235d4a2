#!/usr/bin/env bash
# run-cuda.sh: runs what eng/pack-cuda.sh packed, on PyTorch's libtorch.
#
#   run-cuda.sh check             what it found: PyTorch, its libraries, symbols that libLibTorchSharp.so asks for and does not find
#   run-cuda.sh tests [args]      the tests of the category Cuda; with --filter in args, those; args are NUnit's
#   run-cuda.sh benchmark [args]  benchmarks/Training; without args: --part device --device cuda, and PyTorch beside it where PYTHON has it
#
# Environment: PYTHON, the python that has PyTorch (python3); TORCH_LIB, the folder of libtorch.so, in place of that python's torch/lib;
# CXX_RUNTIME, "system" or "own": whose libstdc++, in place of what its version says.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd -P)
python=${PYTHON:-python3}
nvidia=
peer=
needs=GLIBCXX_3.4.32
built_for=2.10

fail() {
    echo "run-cuda: $1" >&2
    exit 1
}

usage() {
    sed -n 's/^#   //p' "$0" >&2
    exit 2
}

case ${1:-} in
    check | tests | benchmark) what=$1 ;;
    *) usage ;;
esac
shift

# ---- PyTorch ----

# It is found, not imported: that takes seconds.
if [ -z "${TORCH_LIB:-}" ]; then
    torch=$("$python" -c 'import importlib.util as u; print(u.find_spec("torch").submodule_search_locations[0])' 2>/dev/null) ||
        fail "$python has no PyTorch: set PYTHON to the one that has, or TORCH_LIB to the folder of libtorch.so."
    TORCH_LIB=$torch/lib
    peer=$python
    version=$("$python" -c 'from importlib.metadata import version; print(version("torch"))' 2>/dev/null) || version=unknown
    # CUDA's own libraries lie beside it, in packages of their own. Where they do not, PyTorch was built on the system's.
    for folder in "$(dirname "$torch")"/nvidia/*/lib "$(dirname "$torch")"/cusparselt/lib; do
        if [ -d "$folder" ]; then nvidia=$nvidia:$folder; fi
    done
else
    version="unknown (TORCH_LIB was given)"
fi
[ -f "$TORCH_LIB/libtorch.so" ] || fail "there is no libtorch.so in '$TORCH_LIB': set TORCH_LIB to its folder."
[[ $version = $built_for.* || $version = unknown* ]] ||
    echo "run-cuda: PyTorch is $version, TorchSharp was built against $built_for: if it breaks off, \`run-cuda.sh check\` says what it misses." >&2

# ---- the C++ runtime and the muxer ----

# The libstdc++ that the program would get: of those the loader knows, on the folders that were asked for first.
system_libstdcpp() {
    local folder
    for folder in ${LD_LIBRARY_PATH//:/ } /usr/lib/x86_64-linux-gnu /lib/x86_64-linux-gnu /usr/lib64 /lib64 /usr/lib /lib; do
        if [ -e "$folder/libstdc++.so.6" ]; then
            echo "$folder/libstdc++.so.6"
            return
        fi
    done
}

# An executable whose loader is ours: the kernel reads that path from where the program header of the type INTERP says, which is the file's new end.
set_loader() {
    "$python" - "$1" "$2" "$3" <<'PYTHON'
import os, struct, sys
source, target, loader = sys.argv[1:]
elf = bytearray(open(source, "rb").read())
headers, = struct.unpack_from("<Q", elf, 32)
size, count = struct.unpack_from("<HH", elf, 54)
path = loader.encode() + b"\0"
for at in range(headers, headers + count * size, size):
    if struct.unpack_from("<I", elf, at) == (3,):
        struct.pack_into("<Q", elf, at + 8, len(elf))
        struct.pack_into("<Q", elf, at + 32, len(path))
temporary = f"{target}.{os.getpid()}"
with open(temporary, "wb") as file:
    file.write(elf + path)
os.chmod(temporary, 0o755)
os.replace(temporary, target)
PYTHON
}

own=${CXX_RUNTIME:-}
if [ -z "$own" ]; then
    libstdcpp=$(LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-} system_libstdcpp)
    if [ -n "$libstdcpp" ] && grep -q "$needs" "$libstdcpp"; then own=system; else own=own; fi
fi
dotnet_root=$here/dotnet
loader=
case $own in
    system) path=$TORCH_LIB$nvidia ;;
    own)
        loader=$here/cxx/ld-linux-x86-64.so.2
        [ -f "$loader" ] || fail "the system's libstdc++ (${libstdcpp:-not found}) lacks $needs, and the pack has no C++ runtime: make it on a machine where ./dotnetw needs one (Debian 12, say), or use a newer system."
        path=$here/cxx:$TORCH_LIB$nvidia
        # A root of its own, for it must be called dotnet and its framework be beside it.
        dotnet_root=$here/dotnet-own
        mkdir -p "$dotnet_root"
        for folder in host shared; do ln -sfn "../dotnet/$folder" "$dotnet_root/$folder"; done
        # Anew each time: the folder may have been moved.
        set_loader "$here/dotnet/dotnet" "$dotnet_root/dotnet" "$loader"
        ;;
    *) fail "CXX_RUNTIME is '$own', but must be system or own." ;;
esac
path=$path${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

# The library path is for .NET alone: this shell's own tools are the system's, and so is the python that the benchmark starts.
run() {
    exec env "LD_LIBRARY_PATH=$path" "SYSTEM_LIBRARY_PATH=${LD_LIBRARY_PATH:-}" "DOTNET_ROOT=$dotnet_root" "HOME=${HOME:-/tmp}" \
        DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_NOBANNER=1 \
        "$dotnet_root/dotnet" "$@"
}

check() {
    local libraries
    echo "PyTorch:    $version, $TORCH_LIB"
    echo "C++:        $own"
    echo "CUDA:       $(find "$TORCH_LIB" -name libtorch_cuda.so | grep . || echo "no libtorch_cuda.so: this PyTorch computes on the CPU alone")"
    echo "GPUs:       $(nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null || echo "nvidia-smi tells of none")"
    # The loader itself, asked to resolve everything at once and run nothing.
    libraries=$(LD_LIBRARY_PATH=$path LD_TRACE_LOADED_OBJECTS=1 LD_WARN=yes LD_BIND_NOW=yes "${loader:-/lib64/ld-linux-x86-64.so.2}" "$here/tests/libLibTorchSharp.so" 2>&1 || true)
    echo "libLibTorchSharp.so finds:"
    grep -E 'lib(torch|c10|stdc\+\+|cud|cublas)[^ ]* =>' <<<"$libraries" | sed 's/ (0x.*//'
    if grep -E 'not found|undefined symbol' <<<"$libraries"; then
        echo "and does not find the above: what needs a symbol that is missing will end the process."
        exit 1
    fi
    echo "and misses nothing."
}

tests() {
    local argument
    for argument in "$@"; do
        if [[ $argument = --filter ]]; then run "$here/tests/RnnMlNet.Tests.dll" "$@"; fi
    done
    run "$here/tests/RnnMlNet.Tests.dll" --filter TestCategory=Cuda "$@"
}

case $what in
    check) check ;;
    tests) tests "$@" ;;
    *)
        if [ $# = 0 ]; then set -- --part device --device cuda ${peer:+--python "$peer"}; fi
        run "$here/benchmark/Training.dll" "$@"
        ;;
esac
