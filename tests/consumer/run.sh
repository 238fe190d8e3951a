#!/usr/bin/env bash
# Installs a build into a prefix of its own, and builds and runs the example against that prefix.
#
#   run.sh BUILD_DIR [COMPILER]
set -euo pipefail

build=$1
compiler=${2:-c++}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d -t tallystick-consumer.XXXXXX)
trap 'rm -rf "$scratch"' EXIT

cmake --install "$build" --prefix "$scratch/prefix" >"$scratch/log" 2>&1 &&
  cmake -S "$here" -B "$scratch/build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" \
    -DCMAKE_PREFIX_PATH="$scratch/prefix" >>"$scratch/log" 2>&1 &&
  cmake --build "$scratch/build" >>"$scratch/log" 2>&1 || {
  cat "$scratch/log" >&2
  exit 1
}

# The headers that are found must be the installed ones: nothing of the sources may be in reach.
if grep -rq -- "$(cd "$here/../.." && pwd)/\(include\|src\)" "$scratch/prefix/lib"*/cmake; then
  echo "the installed package names folders of the sources" >&2
  exit 1
fi

mkdir "$scratch/run"
cd "$scratch/run"
"$scratch/build/promise_keeper"
