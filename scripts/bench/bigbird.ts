/**
 * What BigBird's attention costs by the length of a text: milliseconds on one thread, sparse and in full, of a model
 * with random weights. Sparse ones are linear: the milliseconds per token stay nearly the same.
 *
 *     deno run --allow-all scripts/bench/bigbird.ts [small|base] [REPEATS] [LENGTH ...] [--write]
 *
 * `--write` writes the section `bigbird` of BENCHMARKS.md, else it is printed.
 */
import { EncoderEngine } from "@heed/engine";
import { describeMachine, writeSection } from "./report.ts";
import { fastest, randomIds, SIZES, writeRandomEncoder } from "./random_encoder.ts";

const [size = "small", repeats = "3", ...lengths] = Deno.args.filter((arg) => arg !== "--write");
const folder = await Deno.makeTempDir();
try {
  const rows: Record<string, number[]> = {};
  const all = lengths.length > 0 ? lengths.map(Number) : [512, 1024, 2048, 4096];
  for (const attention of ["block_sparse", "original_full"]) {
    await writeRandomEncoder(folder, {
      model_type: "big_bird",
      ...SIZES[size as "small" | "base"],
      max_position_embeddings: 4096,
      block_size: 64,
      num_random_blocks: 3,
      attention_type: attention,
    });
    using engine = await EncoderEngine.load(folder, { threads: 1, dtype: "int8" });
    rows[attention] = [];
    for (const length of all) {
      const ids = [randomIds(length)];
      // Texts that are not longer than the blocks that one sees are read in full.
      const options = { pooling: "cls", drawBlocks: true } as const;
      rows[attention].push(await fastest(() => engine.pool(ids, options), Number(repeats)));
    }
  }
  const { hidden_size, num_hidden_layers } = SIZES[size as "small" | "base"];
  const body = `
## BigBird by length

\`scripts/bench/bigbird.ts ${size} ${repeats}\`: reading one text with ${num_hidden_layers} layers of ${hidden_size} and random
weights in int8, blocks of 64 with 3 random ones, one thread; the fastest of ${repeats}.

${await describeMachine()}.

| tokens | sparse, ms | ms per 1,000 tokens | in full, ms | ms per 1,000 tokens |
| -----: | ---------: | ------------------: | ----------: | ------------------: |
${
    all.map((length, i) => {
      const cells = [rows.block_sparse[i], rows.original_full[i]]
        .flatMap((ms) => [ms.toFixed(1), (1000 * ms / length).toFixed(1)]);
      return `| ${[length, ...cells].join(" | ")} |`;
    }).join("\n")
  }
`;
  if (Deno.args.includes("--write")) await writeSection("bigbird", body);
  else console.log(body);
} finally {
  await Deno.remove(folder, { recursive: true });
}
