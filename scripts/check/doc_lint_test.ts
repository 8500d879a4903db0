import { assertEquals } from "@std/assert";
import { namesNpmType, parseDiagnostics } from "./doc_lint.ts";

const OUTPUT = `error[private-type-ref]: public type 'mask' references private type 'Tensor2D'
   --> /repository/packages/attention/mask.ts:19:1
    |
 19 | export function mask(
    | ^

  info: to ensure documentation is complete all types must be public


error[missing-jsdoc]: exported symbol is missing JSDoc documentation
 --> /repository/packages/nn/linear.ts:7:8
  |
7 | export const a = 1;
  |        ^

error: Found 2 documentation lint errors.
`;

Deno.test("parseDiagnostics() gives file and private type of every row", () => {
  assertEquals(
    parseDiagnostics(OUTPUT).map(({ path, privateType }) => ({ path, privateType })),
    [
      { path: "/repository/packages/attention/mask.ts", privateType: "Tensor2D" },
      { path: "/repository/packages/nn/linear.ts", privateType: undefined },
    ],
  );
});

Deno.test("namesNpmType() tells npm types from the package's own", () => {
  const source = `
import type * as tf from "@tensorflow/tfjs";
import { Command } from "commander";
import { z } from "zod";
import * as own from "./own.ts";
// tf.Commented
export function f(x: tf.Tensor, y: own.Private, c: Command, d: z.Schema): Hidden;
`;
  const isNpm = (specifier: string) => !specifier.startsWith(".");
  const found = ["Tensor", "Command", "Schema", "Private", "Hidden", "Commented"]
    .filter((type) => namesNpmType(source, type, isNpm));
  assertEquals(found, ["Tensor", "Command", "Schema"]);
});
