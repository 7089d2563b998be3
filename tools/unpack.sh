#!/usr/bin/env bash
# Takes one file out of a package.
# usage: tools/unpack.sh PACKAGE.tgz PATH-INSIDE OUTPUT
set -euo pipefail

mkdir -p "$(dirname "$3")"
part=$(mktemp "$3.XXXXXX")
trap 'rm -f "$part"' EXIT
tar -xzOf "$1" "$2" >"$part"
chmod 644 "$part"
mv "$part" "$3"
