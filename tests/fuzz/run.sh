#!/usr/bin/env bash
# Builds the fuzz targets in a folder of their own, and gives each a short run over its corpus.
#
#   run.sh SOURCE_DIR BUILD_DIR COMPILER SECONDS_EACH
set -euo pipefail

source=$1
build=$2
compiler=$3
seconds=$4
log=$build/run.log
mkdir -p "$build"
rm -rf "$build/tests/grown"  # every run begins with the corpus alone, and so takes as long

cmake --preset fuzz -S "$source" -B "$build" -DCMAKE_CXX_COMPILER="$compiler" \
  -DTALLY_FUZZ_SECONDS="$seconds" >"$log" 2>&1 &&
  cmake --build "$build" --target tally_fuzz >>"$log" 2>&1 || {
  cat "$log" >&2
  exit 1
}
ctest --test-dir "$build" --output-on-failure --no-tests=error
