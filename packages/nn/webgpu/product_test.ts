import { assert, assertEquals } from "@std/assert";
import { linear } from "../linear.ts";
import { compareWithCpu, sample } from "../testing/comparison.ts";
import { gpuTest } from "../testing/webgpu.ts";
import { planProduct } from "./product_plan.ts";

Deno.test("planProduct() takes large tiles when they are enough", () => {
  const plan = (m: number, n: number, k: number, splittable = true) =>
    planProduct({ m, n, k, batch: 1, splittable });
  assertEquals(plan(4096, 1024, 256), { tile: 64, splits: 1, depth: 256 });
  assertEquals(plan(256, 256, 256), { tile: 32, splits: 1, depth: 256 });
  assertEquals(plan(30, 8000, 256).tile, 32);
});

Deno.test("planProduct() splits long sums of small results", () => {
  const weight = planProduct({ m: 256, n: 256, k: 8192, batch: 1, splittable: true });
  assertEquals(weight, { tile: 64, splits: 16, depth: 512 });
  assertEquals(planProduct({ m: 256, n: 256, k: 8192, batch: 1, splittable: false }).splits, 1);
  for (const k of [0, 1, 255, 256, 700, 2100, 100_000]) {
    const { splits, depth } = planProduct({ m: 9, n: 9, k, batch: 1, splittable: true });
    assert(
      splits * depth >= k && (splits - 1) * depth <= k,
      `${splits} parts of ${depth} for ${k}`,
    );
    assertEquals(depth % 32, 0);
  }
});

// Slow on a software adapter, which compiles some thirty programs for it. What a program does with its sums is
// the same in all of them: each way to compute has an activation in one shape and none in another.
gpuTest("products equal those of the cpu backend, of every kind of program", async (t) => {
  // Rows, inputs, outputs. The forward product is [rows, in] x [out, in] transposed; the gradients
  // are [rows, out] x [out, in] and [rows, out] transposed x [rows, in].
  const shapes: [label: string, rows: number, inSize: number, outSize: number, "gelu"?][] = [
    ["a row", 1, 260, 13],
    ["a few rows", 3, 8, 9, "gelu"],
    ["as many rows as are few", 8, 256, 40, "gelu"],
    ["one more", 9, 256, 40],
    ["wide, one small tile", 32, 8, 12, "gelu"],
    ["edges of small tiles", 37, 33, 41],
    ["edges of small tiles, read by fours", 36, 68, 44, "gelu"],
    ["only the rows are odd", 33, 64, 32],
    ["large tiles forward", 1030, 4, 500, "gelu"],
    ["large tiles forward, odd", 1031, 5, 513],
    ["large tiles for the input's gradient", 1030, 500, 3],
    ["large tiles for the weight's gradient, odd", 3, 771, 737],
    ["a split sum", 2100, 36, 40, "gelu"],
    ["a split sum, odd", 1999, 35, 41],
    ["a split sum of the input's gradient", 5, 9, 1027, "gelu"],
  ];
  for (const [label, rows, inSize, outSize, activation] of shapes) {
    const scale = 1 / Math.sqrt(Math.max(inSize, outSize, rows));
    const samples = [
      sample([rows, inSize], { scale }),
      sample([outSize, inSize], { seed: 2 }),
      sample([outSize], { seed: 3 }),
    ];
    await t.step(`${label}: ${rows}, ${inSize}, ${outSize}`, async () => {
      await compareWithCpu(
        (x, weight, bias) => linear({ weight, bias }, x, { activation }),
        samples,
        { device: "webgpu", label },
      );
    });
  }
});
