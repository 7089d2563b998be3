#!/usr/bin/env bash
# Makes a fake camera for Chromium from one of the clips: raw 640x480 pictures at 30 per second.
# usage: tools/camera.sh CLIPS-PACKAGE.tgz OUTPUT.y4m (cap12.y4m or cap13.y4m)
set -euo pipefail

case $(basename "$2") in
cap12.y4m) clip=cap12_edit ;;
cap13.y4m) clip=cap13_edit2 ;;
*)
	echo "camera: no clip is known for $2" >&2
	exit 1
	;;
esac

mkdir -p "$(dirname "$2")"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
tar -xzOf "$1" "package/examples/media/$clip.mp4" >"$dir/clip.mp4"
# Ten seconds are enough for a loop and keep the raw file small.
ffmpeg -nostdin -loglevel error -y -i "$dir/clip.mp4" -t 10 \
	-vf "scale=640:480:flags=bicubic,fps=30,format=yuv420p" "$dir/clip.y4m"
mv "$dir/clip.y4m" "$2"
echo "camera: $2 from $clip"
