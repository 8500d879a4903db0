#!/bin/sh
# Tries the server as Python's clients do, validates /spec, and fuzzes every route that it describes.
#
#     scripts/server/python_contract.sh [SECONDS]
#
# SECONDS of fuzzing, by default 120. Needs deno and python3; packages go to an environment that is kept in $VENV,
# by default a folder of its own under the system's one for temporary files. Ends with 1 when anything fails.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-120}
venv=${VENV:-${TMPDIR:-/tmp}/heed-python-contract}
work=$(mktemp -d)

if [ ! -x "$venv/bin/schemathesis" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" --quiet install libretranslatepy==2.1.4 deep-translator==1.11.4 deepl==1.32.0 \
    openai==3.57.0 openapi-spec-validator==0.9.0 schemathesis==4.32.5
fi

deno run --allow-all scripts/server/contract_server.ts > "$work/address" 2> "$work/errors" &
server=$!
trap 'kill $server 2> /dev/null; rm -rf "$work"' EXIT
tries=0
until [ -s "$work/address" ]; do
  tries=$((tries + 1))
  if [ $tries -gt 120 ] || ! kill -0 $server 2> /dev/null; then
    echo "The server does not start:" && cat "$work/errors"
    exit 1
  fi
  sleep 1
done
address=$(head -n 1 "$work/address")

"$venv/bin/python" scripts/server/python_clients.py "$address"
"$venv/bin/python" -c "import sys, urllib.request; sys.stdout.buffer.write(urllib.request.urlopen(sys.argv[1]).read())" \
  "$address/spec" > "$work/spec.json"
"$venv/bin/openapi-spec-validator" "$work/spec.json"
cd "$work" # where it keeps what it found
"$venv/bin/schemathesis" run "$address/spec" --no-color --continue-on-failure \
  --phases examples,coverage,fuzzing --max-time "$seconds" --warnings off \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,negative_data_rejection,unsupported_method,allow_header_conformance
if grep FAILED "$work/errors"; then exit 1; fi
