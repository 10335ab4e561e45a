#!/bin/sh
# Sets up what the tests need and runs them all; ends with a line `N passed, N failed`.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
scripts/setup.sh all
if ! command -v chromium >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo 'Installing chromium for the browser tests (once) ...' >&2
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } >/dev/null
  else
    echo 'The browser tests need Chromium. On Debian, as root: apt-get install chromium' >&2
    exit 1
  fi
fi
exec node_modules/.bin/node node_modules/vitest/vitest.mjs run "$@"
