import { assertEquals } from "@std/assert";
import { addCounts, countReport, summary } from "./junit.ts";

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="4" failures="1" errors="0" time="0.175">
  <testsuite name="./a_test.ts" tests="4" disabled="1" errors="0" failures="1">
    <testcase name="a &lt;&amp;&gt; b" classname="./a_test.ts" time="0.003" line="9" col="6">
      <failure message="Uncaught Error: &lt;skipped/&gt;">Error</failure>
    </testcase>
    <testcase name="skip" classname="./a_test.ts" time="0.000">
      <skipped/>
    </testcase>
    <testcase name="inner" classname="./a_test.ts" time="0.000">
    </testcase>
    <testcase name="short" classname="./a_test.ts"/>
  </testsuite>
</testsuites>`;

Deno.test("countReport() counts passed, failed and skipped test cases", () => {
  assertEquals(countReport(REPORT), {
    passed: 2,
    failed: 1,
    skipped: 1,
    failures: ["./a_test.ts: a <&> b"],
  });
});

Deno.test("summary() of several reports names skipped tests only when there are any", () => {
  const counts = countReport(REPORT);
  assertEquals(summary(addCounts([counts, counts])), "4 passed, 2 failed, 2 skipped");
  assertEquals(summary({ ...counts, skipped: 0 }), "2 passed, 1 failed");
  assertEquals(summary(addCounts([])), "0 passed, 0 failed");
});
