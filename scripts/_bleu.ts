import { bleu, chrf } from "@heed/metrics";
import { Translator } from "@heed/translation";
for (const set of ["handbook","dev","app-evolution"]) {
  const pairs = (await Deno.readTextFile(`/work/shared/data/en-de/${set}.tsv`)).trimEnd().split("\n").map(l=>l.split("\t"));
  const refs = pairs.map(p=>p[1]);
  for (const [name, dir, dtype] of [["fp16 file, fp32","/tmp/fp16-en-de","fp32"],["int8 file, fp32","/tmp/int8-en-de","fp32"]] as const) {
    using t = await Translator.load(dir, { device: "wasm", dtype, threads: 1 });
    const r = await t.translate(pairs.map(p=>p[0]), { numBeams: 4, splitSentences: false });
    const out = r.map(([x])=>x.translation);
    console.log(set, name, bleu(out, refs).score.toFixed(3), chrf(out, refs).score.toFixed(3));
  }
}
