import { assertEquals } from "@std/assert";
import { checkFile } from "./import_direction.ts";

/** Lines with a violation. */
function lines(path: string, source: string): number[] {
  return checkFile(path, source).map((violation) => violation.line);
}

Deno.test("checkFile() takes imports from rows above and refuses the others", () => {
  const source = [
    `import { linear } from "@heed/nn";`,
    `import { encoder } from "@heed/transformer";`,
    `export * from "@heed/seq2seq";`,
    `const later = await import("@heed/translation");`,
    `import { load } from "@heed/checkpoint/files";`,
  ].join("\n");
  assertEquals(lines("packages/attention/mask.ts", source), [2, 3, 4]);
  assertEquals(lines("packages/translation/translator.ts", source), [4]);
  assertEquals(lines("apps/cli/main.ts", source), []);
});

Deno.test("checkFile() refuses packages of the same row and unknown packages", () => {
  const source = `import { a } from "@heed/search";\nimport { b } from "@heed/cli";`;
  assertEquals(lines("packages/metrics/bleu.ts", source), [1, 2]);
  assertEquals(lines("packages/unheard_of/a.ts", `import "./b.ts";`), [1]);
});

Deno.test("checkFile() lets only a test import its own package by name", () => {
  const source = `import { bleu } from "@heed/metrics";`;
  assertEquals(lines("packages/metrics/bleu.ts", source), [1]);
  assertEquals(lines("packages/metrics/bleu_test.ts", source), []);
});

Deno.test("checkFile() keeps tfjs out of the packages that work without it", () => {
  const source = `import type * as tf from "@tensorflow/tfjs";`;
  assertEquals(lines("packages/search/beam.ts", source), [1]);
  assertEquals(lines("packages/model-en-de/mod.ts", source), [1]);
  assertEquals(lines("packages/nn/linear.ts", source), []);
});

Deno.test("checkFile() allows the runtime only in the file seam, in tests and in apps", () => {
  const source = `import fs from "node:fs";\nawait Deno.readFile("a"); // Deno\n"Deno"`;
  assertEquals(lines("packages/training/trainer.ts", source), [1, 2]);
  assertEquals(lines("packages/checkpoint/files_node.ts", source), []);
  assertEquals(lines("packages/checkpoint/_files_node.ts", source), []);
  assertEquals(lines("packages/checkpoint/_ffi_deno.ts", source), []);
  assertEquals(lines("packages/checkpoint/profiles.ts", source), [1, 2]);
  assertEquals(lines("packages/training/trainer_test.ts", source), []);
  assertEquals(lines("apps/cli/main.ts", source), []);
});

Deno.test("checkFile() refuses paths that leave the package and versions in code", () => {
  const source = [
    `import "../nn/mod.ts";`,
    `import "../../testdata/a.ts";`,
    `import zod from "npm:zod@4";`,
    `import "./kernels/gemm.ts";`,
  ].join("\n");
  assertEquals(lines("packages/attention/a.ts", source), [1, 2, 3]);
  assertEquals(lines("packages/attention/deep/er/a.ts", `import "../../mask.ts";`), [1]);
  assertEquals(lines("packages/attention/deep/a.ts", `import "../mask.ts";`), []);
});
