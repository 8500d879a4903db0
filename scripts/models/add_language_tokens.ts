/**
 * Makes a model of one target language ready to learn several: its vocabulary gets a token such as `>>fr<<` for each,
 * behind the others, with the mean of all embeddings (Hewitt 2021). Then train it on sources that begin with them.
 *
 *     deno run -A scripts/models/add_language_tokens.ts OUT_DIR MODEL_DIR SOURCES TARGETS
 *
 * Sources and targets are codes with `+` between them: `en+de en+de`. Shortlist, confidence and alignment heads are
 * those of another task now, and are left out.
 */
import { joinPath } from "@heed/checkpoint";
import { languageToken } from "@heed/tokenizer";
import { extendVocabulary, readJson, writeJson } from "./extend_vocabulary.ts";

const [target, model, sources, targets] = Deno.args;
if (targets === undefined) {
  console.error("usage: add_language_tokens.ts OUT_DIR MODEL_DIR SOURCES TARGETS (such as en+de)");
  Deno.exit(2);
}
await extendVocabulary({ model, target, tokens: targets.split("+").map(languageToken) });
await writeJson(target, "tokenizer_config.json", {
  ...await readJson(model, "tokenizer_config.json"),
  source_lang: sources,
  target_lang: targets,
});
for (const name of ["source.spm", "target.spm"]) {
  await Deno.copyFile(joinPath(model, name) as string, joinPath(target, name) as string);
}
