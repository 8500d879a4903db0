import { TranslationAssembly } from "./assemble_translation.ts";
import { Drafts } from "./drafts.ts";
import type { ConfidenceCalibration } from "./confidence/confidence_calibration.ts";
import { wordFinder } from "./confidence/translated_words.ts";
import type { Attempt } from "./finish/attempts.ts";
import { type AttendedIds, type FinishOptions, finishUnits } from "./finish/finish_units.ts";
import type { ReadDocument } from "./html/translate_attributes.ts";
import type { LanguagePair } from "./languages.ts";
import type { TranslationModel, TranslationTokenizer } from "./model.ts";
import { attendPairs, searchUnits } from "./search_batches.ts";
import { generateOptions } from "./search_options.ts";
import { planText } from "./text_plan.ts";
import type { TranslateOptions, Translation } from "./translation.ts";
import { isUnit, type Piece, type Unit } from "./unit.ts";

/** Units that are in memory at once; so many share batches well. */
const mostUnits = 2048;

/** Translates texts by the same model, with other options. */
type TranslateThem = (
  texts: readonly string[],
  options: TranslateOptions,
) => Promise<Translation[][]>;

/** What {@linkcode translateTexts} works with. */
export interface TextsContext {
  readonly model: TranslationModel;
  readonly tokenizer: TranslationTokenizer;
  /** Tokens of a sentence above which it is split. */
  readonly maxSentenceTokens: number;
  /** What turns probabilities into confidence, where there is something. */
  readonly confidence: ConfidenceCalibration | undefined;
  /** Target ids of the slot tokens in a model that was taught to copy them. */
  readonly slotIds: readonly number[] | undefined;
  /** The languages; undefined when the model does not say. */
  readonly pair: LanguagePair | undefined;
  /** For the attributes of HTML. */
  readonly translate: TranslateThem;
}

/**
 * Takes texts through all of it: divided into units, searched, finished, and put together again.
 *
 * @param texts Texts of any length.
 * @param options As for `Translator.translate`, which checked the languages.
 * @param context The model, and what is known about it.
 * @returns For each text its translations, best first.
 */
export async function translateTexts(
  texts: readonly string[],
  options: TranslateOptions,
  context: TextsContext,
): Promise<Translation[][]> {
  const { model, tokenizer, maxSentenceTokens, confidence, slotIds, pair, translate } = context;
  generateOptions(options); // checks them, before there is anything for each sequence
  const ranks = options.numReturnSequences ?? 1;
  const reading = {
    tokenizer,
    maxTokens: maxSentenceTokens,
    locale: options.from ?? pair?.source ?? "en",
    targetToken: pair?.targetToken,
  };
  const { splitSentences = true, protect = true, glossary } = options;
  // What reads HTML is loaded where there is some.
  const plan = options.format === "html"
    ? (await import("./html/plan_html.ts")).planHtml
    : planText;
  const read = options.format === "html"
    ? await readHtml(texts, options, translate)
    : texts.map((text) => ({ text }));
  const attends = Boolean(options.attention || options.alignment);
  const { onDraft } = options;
  const drafts = onDraft && new Drafts(tokenizer, onDraft);
  const finishing = {
    ...reading,
    target: pair?.target ?? options.to,
    slotIds,
    ranks,
    // Who cuts translations short wants them so.
    isChecked: options.maxNewTokens === undefined,
    protectsSpans: protect !== false,
    attends,
    links: options.alignment ?? false,
    search: (attempts: readonly Attempt[], how: Parameters<FinishOptions["search"]>[1]) =>
      searchUnits(attempts, {
        ...{ model, options, ...how },
        onToken: drafts && ((attempt, id) => drafts.add(how.unitOf(attempt), attempt, id)),
      }),
    attend: (pairs: readonly AttendedIds[]) =>
      attendPairs(pairs, { model, options, mayFail: !attends }),
  };
  const findWords = options.words ? wordFinder(pair?.target ?? options.to) : undefined;
  const parts = { tokenizer, confidence, options, findWords };
  const assemblies = read.map((document, i) =>
    Array.from(
      { length: ranks },
      (_, rank) => new TranslationAssembly(texts[i], { ...parts, ...document, rank }),
    )
  );
  // Pieces of texts, and the units among them, that are not translated yet: never more than some.
  let pieces: { text: number; piece: Piece }[] = [];
  let units: Unit[] = [];
  const translatePieces = async () => {
    const piecesOf = await finishUnits(units, finishing);
    for (const { text, piece } of pieces) {
      for (const [rank, assembly] of assemblies[text].entries()) {
        if (isUnit(piece)) assembly.add(piece, piecesOf(piece, rank));
        else assembly.keep(piece);
      }
    }
    [pieces, units] = [[], []];
  };
  for (const [number, { text }] of read.entries()) {
    let sentence = 0;
    for (const piece of plan(text, { ...reading, splitSentences, protect, glossary })) {
      pieces.push({ text: number, piece });
      if (!isUnit(piece)) continue;
      drafts?.expect(piece, { text: number, sentence: sentence++ });
      if (units.push(piece) === mostUnits) await translatePieces();
    }
  }
  await translatePieces();
  return assemblies.map((ranks) => ranks.map((assembly) => assembly.finish()));
}

/** HTML with its attributes translated. */
async function readHtml(
  documents: readonly string[],
  {
    attention: _,
    alignment: _alignment,
    words: _words,
    numReturnSequences: _ranks,
    onDraft: _drafts,
    ...options
  }: TranslateOptions,
  translate: TranslateThem,
): Promise<ReadDocument[]> {
  const { translateAttributes } = await import("./html/translate_attributes.ts");
  return await translateAttributes(documents, async (texts) => {
    const results = await translate(texts, { ...options, format: "text" });
    return results.map(([{ translation }]) => translation);
  });
}
