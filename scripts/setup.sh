#!/bin/sh
# Installs the project's packages once per package-lock.json. `program` is what running needs, `all` adds what the
# tests and the checks need. Says nothing when there is nothing to do.
set -eu
what=${1:-program}
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
lock=$(cksum <package-lock.json)
stamp=node_modules/.upstander
have=$(cat "$stamp" 2>/dev/null || true)
[ "$have" = "all $lock" ] && exit 0
[ "$have" = "program $lock" ] && [ "$what" = program ] && exit 0
command -v npm >/dev/null 2>&1 || {
  echo "upstander: npm is not installed; install Node.js 20 or newer with npm, then run this again" >&2
  exit 1
}
echo "upstander: installing packages (once) ..." >&2
if [ "$what" = all ]; then set --; else set -- --omit=dev; fi
# Not `npm ci`: it refuses a lock file that lacks packages for machines of another kind.
NODE_ENV='' npm install --no-save --loglevel=error --no-fund --no-audit "$@" >&2
echo "$what $lock" >"$stamp"
