#!/bin/sh
# Line and branch coverage of src/ by the tests, as text: sh eng/coverage.sh
# It runs the tests, from a built tree, and leaves the report, with a page for each file, in artifacts/coverage/report.
# Children of a test (hosts, samples, published programs) run what is not instrumented, and count for nothing.
# Arguments are those of dotnet test, for example: sh eng/coverage.sh --project tests/RnnMlNet.Runtime.Tests
set -eu

cd "$(dirname "$0")/.."
folder=artifacts/coverage
rm -rf "$folder"

./dotnetw tool restore >/dev/null
tests=0
./dotnetw test --no-build --coverlet --coverlet-single-hit --coverlet-output-format cobertura \
    --coverlet-include "[RnnMlNet]*" --coverlet-include "[RnnMlNet.Runtime]*" --coverlet-include "[RnnMlNet.Distributed]*" \
    --results-directory "$PWD/$folder" "$@" || tests=$?
./dotnetw tool run reportgenerator "-reports:$folder/*.xml" "-targetdir:$folder/report" "-reporttypes:TextSummary;Html" >/dev/null
sed -n '1,/^$/p' "$folder/report/Summary.txt"
grep -E '^RnnMlNet' "$folder/report/Summary.txt"
exit $tests
