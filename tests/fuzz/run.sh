#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# run.sh SOURCE BUILD CLANG++ build
# run.sh SOURCE BUILD CLANG++ clean TARGET SECONDS             fails when the target finds something
# run.sh SOURCE BUILD CLANG++ planted TARGET BUG TEXT SECONDS  fails unless the planted bug is found and said in TEXT
set -eu
source=$1 build=$2 clang=$3 command=$4
shift 4

fuzz() { # program, target, seconds; output in $log
    corpus=$build/corpus-$(basename "$1")
    rm -rf "$corpus"
    mkdir -p "$corpus" "$build/found"
    log=$build/$(basename "$1").log
    set +e
    ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 \
        "$1" -max_total_time="$3" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -dict="$source/tests/fuzz/$2.dict" -artifact_prefix="$build/found/$(basename "$1")-" \
        "$corpus" "$source/tests/fuzz/corpus/$2" >"$log" 2>&1
    status=$?
    set -e
    grep -E 'stat::number_of_executed_units' "$log" || true
}

case $command in
build)
    cmake -S "$source/tests/fuzz/build" -B "$build" -DCMAKE_CXX_COMPILER="$clang" -DSIGNALBOX_SOURCE="$source" >"$build.log" 2>&1 ||
        { cat "$build.log"; exit 1; }
    exec cmake --build "$build" -j "$(nproc)"
    ;;
clean)
    fuzz "$build/fuzz_$1" "$1" "$2"
    if [ $status -ne 0 ]; then
        tail -n 60 "$log"
        exit 1
    fi
    ;;
planted)
    fuzz "$build/fuzz_$1_$2" "$1" "$4"
    if [ $status -eq 0 ] || ! grep -q "$3" "$log"; then
        echo "the planted $2 was not found"
        tail -n 20 "$log"
        exit 1
    fi
    echo "the planted $2 was found"
    ;;
esac
