#!/bin/sh
# Compares `wxarchive mirror` with the usual tools, on pictures made here:
#   copying     against `cp -r` and `sha256sum` of the same tree
#   variants    against ImageMagick's `mogrify -resize` of the same pictures, at two widths
#   second run  alone
#
#   benches/pictures/compare.sh [PROGRAM] [COUNT]     needs ImageMagick; PROGRAM is target/release/wxarchive
set -eu
program=$(realpath "${1:-target/release/wxarchive}")
count=${2:-60}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# Photographs and screenshots, as far as noise can stand for them, in an issue that holds them as `data:` addresses.
mkdir -p made
printf -- '---\ntitle: Pictures\n---\n\n' > issue.md
for number in $(seq "$count"); do
    case $((number % 3)) in
        0) file=made/$number.png size=1080x720 ;;
        1) file=made/$number.jpg size=1440x1920 ;;
        2) file=made/$number.jpg size=2400x1600 ;;
    esac
    convert -size $size -seed "$number" plasma:fractal -blur 0x2 -quality 85 "$file"
    type=$(echo "$file" | sed 's/.*jpg/jpeg/; s/.*png/png/')
    printf '![%s](data:image/%s;base64,%s)\n\n' "$number" "$type" "$(base64 -w 0 "$file")" >> issue.md
done
"$program" -q sync issue.md
images=$(find archive/images -type f | wc -l)
echo "$images pictures, $(du -sh archive/images | cut -f1), $(nproc) processors"
sync

seconds() { # LABEL COMMAND…
    label=$1
    shift
    begin=$(date +%s%N)
    "$@" > out.txt 2>&1 || { cat out.txt; exit 1; }
    end=$(date +%s%N)
    echo "$label: $(((end - begin) / 1000000)) ms"
}
copy_and_hash() { cp -r archive/images copy && find copy -type f -print0 | xargs -0 sha256sum; }
mogrify_at() { # WIDTH: 640> leaves smaller pictures as they are
    mkdir -p "resized-$1"
    find archive/images -type f -print0 | xargs -0 -n 16 -P "$(nproc)" mogrify -path "resized-$1" -resize "$1>" -quality 80
}
both_widths() { mogrify_at 640 && mogrify_at 1280; }

seconds 'mirror' "$program" -q mirror --to cdn
seconds 'cp -r and sha256sum' copy_and_hash
seconds 'mirror again' "$program" -q mirror --to cdn
seconds 'mirror --variants 640,1280' "$program" -q mirror --to cdn --variants 640,1280
seconds 'mogrify -resize 640, 1280, on all processors' both_widths
seconds 'mirror --variants again' "$program" -q mirror --to cdn --variants 640,1280
seconds 'mirror --variants 640,1280 --format webp' "$program" -q mirror --to webp --variants 640,1280 --format webp
echo "640 pixels wide: ours $(find cdn -name '*-640.*' -print0 | du -ch --files0-from=- | tail -1 | cut -f1)," \
    "mogrify's $(du -sh resized-640 | cut -f1), in WebP $(find webp -name '*-640.*' -print0 | du -ch --files0-from=- | tail -1 | cut -f1)"
