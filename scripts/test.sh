#!/bin/sh
# Sets up what the tests need and runs them all; ends with a line `N passed, N failed`.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
scripts/setup.sh all
missing=
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v openssl >/dev/null 2>&1 || missing="$missing openssl"
[ -x /usr/sbin/clamd ] || missing="$missing clamav-daemon"
if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing$missing for the tests (once) ..." >&2
    # shellcheck disable=SC2086 # several packages
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >/dev/null
  else
    echo "The tests need$missing. On Debian, as root: apt-get install --no-install-recommends$missing" >&2
    exit 1
  fi
fi
exec node_modules/.bin/node node_modules/vitest/vitest.mjs run "$@"
