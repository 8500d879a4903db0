/**
 * Makes a model ready to learn letters that its vocabulary lacks, and the slots `⟦1⟧` ... `⟦8⟧`: pieces behind the
 * others. A letter begins as the mean of the bytes that stood for it, a capital as its small letter; a slot as the mean
 * of all. Then train it on text that has them (`corpus:filter` with `slots`).
 *
 *     deno run -A scripts/models/add_pieces.ts OUT_DIR MODEL_DIR LETTERS [--slots]
 *
 * Letters that the vocabulary has are passed over. Source and target must share one vocabulary.
 */
import { parseArgs } from "@std/cli";
import { files, joinPath } from "@heed/checkpoint";
import { parseSentencePieceModel, PieceType, serializeSentencePieceModel } from "@heed/tokenizer";
import { slotTokens } from "@heed/translation";
import { extendVocabulary, readJson, writeJson } from "./extend_vocabulary.ts";

const { _: positional, slots } = parseArgs(Deno.args, { boolean: ["slots"], string: ["_"] });
const [target, model, letters] = positional.map(String);
if (letters === undefined) {
  console.error("usage: add_pieces.ts OUT_DIR MODEL_DIR LETTERS [--slots]");
  Deno.exit(2);
}
const spm = parseSentencePieceModel(await files.readBytes(joinPath(model, "source.spm")));
const has = new Set(spm.pieces.map(({ piece }) => piece));
const missing = [...new Set(letters)].filter((letter) => !has.has(letter));
const added = slots ? slotTokens.filter((slot) => !has.has(slot)) : [];
const least = Math.min(...spm.pieces.map(({ score }) => score));

await extendVocabulary({
  model,
  target,
  tokens: [...missing, ...added],
  startsFrom(token, vocab) {
    if (added.includes(token)) return [];
    const small = vocab[token.toLowerCase()];
    if (small !== undefined) return [small];
    return [...new TextEncoder().encode(token)].map((byte) =>
      vocab[`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`]
    ).filter((id) => id !== undefined);
  },
});
await writeJson(
  target,
  "tokenizer_config.json",
  await readJson(model, "tokenizer_config.json"),
);
const bytes = serializeSentencePieceModel({
  ...spm,
  pieces: [
    ...spm.pieces,
    ...missing.map((piece) => ({ piece, score: least, type: PieceType.NORMAL })),
    ...added.map((piece) => ({ piece, score: 0, type: PieceType.USER_DEFINED })),
  ],
});
for (const name of ["source.spm", "target.spm"]) {
  await files.writeAtomic(joinPath(target, name), bytes);
}
console.log(`${missing.length} letters (${missing.join("")}) and ${added.length} slots added`);
