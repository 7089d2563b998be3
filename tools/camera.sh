#!/usr/bin/env bash
# Makes a fake camera for Chromium from one of the clips: ten seconds of raw 640x480 pictures at 30 per second.
# Chromium takes the rate from the file and plays it in a loop.
# usage: tools/camera.sh CLIPS-PACKAGE.tgz OUTPUT.y4m (cap12.y4m or cap13.y4m)
set -euo pipefail

camera="fps=30,scale=640:480:flags=bicubic,format=yuv420p"
case $(basename "$2") in
cap12.y4m)
	clip=cap12_edit
	cut="[0:v]$camera,trim=0:10[out]"
	;;
cap13.y4m)
	# Four seconds with a neutral face, then six that hold the one open-mouthed moment of the clip by playing it to
	# and fro: long enough for the mood to be read and for its scene to be seen.
	clip=cap13_edit2
	cut="[0:v]$camera,split[a][b];[a]trim=0:4,setpts=PTS-STARTPTS[calm];"
	cut+="[b]trim=18.25:18.85,setpts=PTS-STARTPTS,split[c][d];[d]reverse[e];[c][e]concat,"
	cut+="loop=loop=9:size=400,setpts=N/30/TB,trim=0:6,setpts=PTS-STARTPTS[held];"
	cut+="[calm][held]concat,setpts=N/30/TB[out]"
	;;
*)
	echo "camera: no clip is known for $2" >&2
	exit 1
	;;
esac

mkdir -p "$(dirname "$2")"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
tar -xzOf "$1" "package/examples/media/$clip.mp4" >"$dir/clip.mp4"
ffmpeg -nostdin -loglevel error -y -i "$dir/clip.mp4" -filter_complex "$cut" -map "[out]" -r 30 "$dir/clip.y4m"
mv "$dir/clip.y4m" "$2"
echo "camera: $2 from $clip"
