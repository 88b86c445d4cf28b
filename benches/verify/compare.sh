#!/usr/bin/env bash
# Compares `wxarchive verify` with `sha256sum` in as many processes as there are processors, over
#   the files      of the archive as they lie there
#   the contents   what `verify --unpack` hashes: the same files, but the raw pages unpacked, as FORMAT describes
# Prints the best of several runs, by the clock and by processor time, and how fast verify is in per cent.
#
#   benches/verify/compare.sh ARCHIVE [PROGRAM] [RUNS]     needs zstd; PROGRAM is target/release/wxarchive
set -euo pipefail
archive=$(realpath "$1")
program=$(realpath "${2:-target/release/wxarchive}")
runs=${3:-5}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
TIMEFORMAT='%R %U %S'

# Pages that stand for themselves, then those stored against them.
mkdir "$folder/pages"
find "$archive/pages" -name '*.zst' ! -name '*.from-*' | while read -r file; do
    zstd -dq "$file" -o "$folder/pages/$(basename "$file" .html.zst)"
done
find "$archive/pages" -name '*.from-*' | while read -r file; do
    name=$(basename "$file" .html.zst)
    zstd -dq --patch-from="$folder/pages/${name#*.from-}" "$file" -o "$folder/pages/${name%.from-*}"
done
find "$archive" -type f -print0 > "$folder/files"
find "$archive" -type f ! -path "$archive/pages/*" -print0 > "$folder/contents"
find "$folder/pages" -type f -print0 >> "$folder/contents"

sums() { xargs -0 -n 64 -P "$(nproc)" sha256sum < "$folder/$1"; }
audit() { "$program" --archive "$archive" -q verify; }
megabytes() { du -cb --files0-from="$folder/$1" | tail -1 | awk '{ printf "%.1f MB", $1 / 1e6 }'; }

# The least milliseconds by the clock and of processor time.
best() { # COMMAND…
    "$@" > "$folder/out"
    for _ in $(seq "$runs"); do
        { time "$@" > "$folder/out"; } 2>&1
    done | awk 'NR == 1 || $1 < clock { clock = $1 } NR == 1 || $2 + $3 < used { used = $2 + $3 }
        END { printf "%d %d\n", clock * 1000, used * 1000 }'
}

read -r verify verify_used < <(best audit)
echo "verify: $verify ms, $verify_used ms of processor time, on $(nproc) processors"
for what in files contents; do
    read -r clock used < <(best sums "$what")
    echo "sha256sum of the $what, $(megabytes "$what"): $clock ms, $used ms of processor time;" \
        "verify is as fast in per cent: $((clock * 100 / verify)), by processor time $((used * 100 / verify_used))"
done
