#!/bin/sh
# Line and branch coverage of src/ by the tests, as text: sh eng/coverage.sh
# It runs them from a built tree, and leaves the report, with a page for each file, in artifacts/coverage/report.
# RnnMlNet.Programs.Tests is not among them: it starts programs, and what a test starts is not instrumented. Neither are the tests of
# packages, which must hold what is built.
set -eu

cd "$(dirname "$0")/.."
folder=artifacts/coverage
rm -rf "$folder"
./dotnetw tool restore >/dev/null

failed=0
for tests in RnnMlNet.Tests RnnMlNet.Runtime.Tests RnnMlNet.Distributed.Tests; do
    ./dotnetw test --no-build --project "tests/$tests" --coverlet --coverlet-single-hit --coverlet-output-format cobertura \
        --coverlet-include "[RnnMlNet]*" --coverlet-include "[RnnMlNet.Runtime]*" --coverlet-include "[RnnMlNet.Distributed]*" \
        --filter "FullyQualifiedName!~PackageTests" --results-directory "$PWD/$folder" || failed=$?
done

./dotnetw tool run reportgenerator "-reports:$folder/*.xml" "-targetdir:$folder/report" "-reporttypes:TextSummary;Html" >/dev/null
sed -n '1,/^$/p' "$folder/report/Summary.txt"
grep -E '^RnnMlNet' "$folder/report/Summary.txt"
exit $failed
