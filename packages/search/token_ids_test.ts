import { assertThrows } from "@std/assert";
import { checkTokenIds } from "./token_ids.ts";

const limits = { what: "source", vocabSize: 8, maxTokens: 4 };
const check = (row: unknown) => checkTokenIds([[1], row] as number[][], limits);

Deno.test("checkTokenIds() takes lists and typed arrays", () => {
  check([0, 7]);
  check(Int32Array.of(5, 6, 0));
  check(Uint16Array.of(7));
});

const wrong: [unknown, string][] = [
  // deno-lint-ignore no-sparse-arrays
  [[, , 0], "token id undefined at position 0 is outside the vocabulary of 8"],
  [[1, undefined], "token id undefined at position 1"],
  [[1, 2, null], "token id null at position 2"],
  [[1, "2"], 'token id "2" at position 1'],
  [[1, 2n], "token id 2 at position 1"],
  [[NaN], "token id NaN at position 0"],
  [[0.5], "token id 0.5 at position 0"],
  [[{}], "token id an object at position 0"],
  [Int32Array.of(1, -1), "token id -1 at position 1"],
  [Float32Array.of(1, 2.5), "token id 2.5 at position 1"],
  [BigInt64Array.of(1n), "token id 1 at position 0"],
  [Uint8Array.of(), "it has no tokens"],
  [new Uint8Array(5), "it has 5 tokens and the model takes 4"],
];

for (const [row, message] of wrong) {
  Deno.test(`checkTokenIds() says: ${message}`, () => {
    assertThrows(() => check(row), RangeError, `Cannot read source 1 of 2: ${message}`);
  });
}

for (const row of [undefined, null, 5, "12", new DataView(new ArrayBuffer(4))]) {
  Deno.test(`checkTokenIds() refuses ${row} as a row`, () => {
    assertThrows(() => check(row), TypeError, "Cannot read source 1 of 2: it is ");
  });
}

Deno.test("checkTokenIds() sees a row that is not there", () => {
  // deno-lint-ignore no-sparse-arrays
  const rows = [[1], , [2]] as number[][];
  assertThrows(() => checkTokenIds(rows, limits), TypeError, "source 1 of 3: it is undefined");
});
