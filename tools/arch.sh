#!/usr/bin/env bash
# Prints this machine's architecture as the runtime package spells it.
set -euo pipefail

case $(uname -m) in
x86_64 | amd64) echo x64 ;;
aarch64 | arm64) echo arm64 ;;
*)
	echo "ONNX Runtime comes for x86-64 and arm64 only; this machine is $(uname -m)." >&2
	exit 1
	;;
esac
