import { Translator } from "../translator.ts";
import { ReversingModel, WordTokenizer } from "./fake_model.ts";

/** A translator that turns the words of each sentence round, with its model and its tokenizer. */
export function reverser(
  { maxSourceTokens = 12, maxSentenceTokens = undefined, concurrency = undefined, delay = false }: {
    maxSourceTokens?: number;
    maxSentenceTokens?: number;
    concurrency?: number;
    delay?: boolean;
  } = {},
) {
  const model = new ReversingModel({ maxSourceTokens, concurrency, delay });
  const tokenizer = new WordTokenizer();
  const languages = [{ source: "en", target: "de" }];
  const translator = new Translator({ model, tokenizer, languages, maxSentenceTokens });
  return { model, tokenizer, translator };
}
