#!/usr/bin/env bash
# Says in plain words which of the tools that must be there before everything else are missing.
set -euo pipefail

failed=0
complain() {
	echo "missing: $1" >&2
	failed=1
}

# at_least VERSION MINIMUM compares two dotted versions.
at_least() {
	[[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n1) == "$2" ]]
}

if ! command -v go >/dev/null; then
	complain "Go 1.26 or later"
elif version=$(go env GOVERSION) && ! at_least "${version#go}" 1.26; then
	complain "Go 1.26 or later (found $version)"
fi
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	complain "Node 20 or later, with npm"
elif version=$(node --version) && ! at_least "${version#v}" 20; then
	complain "Node 20 or later (found $version)"
fi
exit "$failed"
