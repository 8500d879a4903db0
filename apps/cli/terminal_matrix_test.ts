import { assertEquals, assertStringIncludes } from "@std/assert";
import { drawMatrix } from "./terminal_matrix.ts";

const matrix = {
  rows: ["▁Ja", "</s>"],
  columns: ["▁yes", "!"],
  values: [[1, 0], [0.04, 0.5]],
};

Deno.test("drawMatrix() names rows and columns and shades cells in plain characters", () => {
  assertEquals(
    drawMatrix(matrix, { colors: false }),
    [
      "      ▁",
      "      y",
      "      e",
      "      s !",
      " ▁Ja  @",
      "</s>  . *",
      "",
    ].join("\n"),
  );
});

Deno.test("drawMatrix() paints the background of cells when it may use colours", () => {
  const lines = drawMatrix(matrix, { colors: true }).split("\n");
  assertEquals(lines[4], " ▁Ja  \x1b[48;5;228m  \x1b[0m\x1b[48;5;17m  \x1b[0m");
});

Deno.test("drawMatrix() takes what a model may give", () => {
  assertEquals(drawMatrix({ rows: [], columns: [], values: [] }, { colors: false }), "");
  const odd = { rows: ["\n\x1b[0m"], columns: ["😀é"], values: [[NaN]] };
  assertStringIncludes(drawMatrix(odd, { colors: false }), "··[0m");
});
