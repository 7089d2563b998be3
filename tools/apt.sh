#!/usr/bin/env bash
# Installs the Debian packages of one wish where they are missing, and says which.
# usage: tools/apt.sh build|test
set -euo pipefail

export DEBIAN_FRONTEND=noninteractive

# The build needs the headers of the codecs, the blender and the pictures; g++ links the H.264 encoder's archive.
build_packages=(gcc g++ libc6-dev make pkg-config libvpx-dev libyuv-dev libwebp-dev)
# The end-to-end test films real clips (ffmpeg) in a real browser; Chromium has no Korean glyphs of its own. The
# tests of the database start a PostgreSQL of their own in a temporary folder and need its programs only.
test_packages=(ffmpeg chromium fonts-noto-cjk postgresql)

# have_headers tells whether a system without apt brings the libraries by other means.
have_headers() {
	pkg-config --exists vpx libwebp 2>/dev/null &&
		echo '#include <libyuv.h>' | cc -E -x c - >/dev/null 2>&1
}

# have_commands tells whether a system without apt brings the test's programs by other means.
have_commands() {
	command -v ffmpeg >/dev/null &&
		{ compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || command -v postgres >/dev/null; } &&
		{ [[ -n ${PPENTER_E2E_CHROMIUM:-} ]] || command -v chromium chromium-browser google-chrome >/dev/null; }
}

case ${1:-} in
build) wanted=("${build_packages[@]}") satisfied=have_headers ;;
test) wanted=("${test_packages[@]}") satisfied=have_commands ;;
*)
	echo "usage: tools/apt.sh build|test" >&2
	exit 2
	;;
esac

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
	if "$satisfied"; then
		exit 0
	fi
	echo "This system has no apt. Please install what these Debian packages bring, then try again:" >&2
	echo "  ${wanted[*]}" >&2
	exit 1
fi

missing=()
for package in "${wanted[@]}"; do
	status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
	[[ $status == "install ok installed" ]] || missing+=("$package")
done
# A browser that is there under another name will do: Ubuntu's package is a snap, which servers lack.
if [[ " ${missing[*]} " == *" chromium "* ]] &&
	{ [[ -n ${PPENTER_E2E_CHROMIUM:-} ]] || command -v chromium-browser google-chrome >/dev/null; }; then
	kept=()
	for package in "${missing[@]}"; do
		[[ $package == chromium ]] || kept+=("$package")
	done
	missing=("${kept[@]}")
fi
((${#missing[@]})) || exit 0

as_root=()
if [[ $(id -u) != 0 ]]; then
	if ! command -v sudo >/dev/null; then
		echo "Missing packages, and neither root nor sudo to install them. Please run as root:" >&2
		echo "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
		exit 1
	fi
	as_root=(sudo)
fi

echo "Installing with apt: ${missing[*]}"
install() {
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends "${missing[@]}" </dev/null
}
# The lists may be absent or stale: try with what is there, then once more after an update.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! install >"$log" 2>&1; then
	"${as_root[@]}" apt-get update </dev/null
	install
fi
