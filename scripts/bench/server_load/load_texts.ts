import { Translator } from "@heed/translation";

/** A text to send, and the translation that has to come back. */
export interface LoadText {
  readonly text: string;
  readonly words: number;
  readonly expected: string;
}

/** Texts of a load test, all different. */
export interface LoadTexts {
  /** One sentence each. */
  readonly short: readonly LoadText[];
  /** As many sentences as {@linkcode sentencesOfLong}. */
  readonly long: readonly LoadText[];
}

/** Sentences of a long text. */
const sentencesOfLong = 60;
const longTexts = 8;

/** With a number in each, no answer is right for another text. */
const templates = [
  (n: number) => `Room ${n} is on the second floor.`,
  (n: number) => `Please print page ${n} again.`,
  (n: number) => `The train to the city leaves in ${n} minutes, and the next one an hour later.`,
  (n: number) => `Version ${n} of the program does not open old files.`,
  (n: number) => `We have read ${n} letters today, but only a few of them were interesting.`,
];
const numbers = 48;

/**
 * Makes the texts, and translates them by the package itself: what the server has to answer.
 *
 * @param model Directory of the model.
 * @param options `threads` of the engine.
 */
export async function loadTexts(
  model: string,
  { threads }: { readonly threads?: number | undefined },
): Promise<LoadTexts> {
  const file = new URL("../../../testdata/alignment/en-de.tsv", import.meta.url);
  const known = (await Deno.readTextFile(file)).trimEnd().split("\n")
    .map((line) => line.split("\t")[0].replace(/ (?=[.,?])/g, ""));
  const short = [
    ...known,
    ...templates.flatMap((make) => Array.from({ length: numbers }, (_, i) => make(100 + i))),
  ];
  const long = Array.from({ length: longTexts }, (_, number) => {
    // Strides without a common divisor give every text another order.
    const stride = 2 * number + 1;
    return Array.from(
      { length: sentencesOfLong },
      (_, i) => short[(number * 37 + i * stride) % short.length],
    ).join(" ");
  });
  using translator = await Translator.load(model, threads === undefined ? {} : { threads });
  const expected = async (texts: readonly string[]): Promise<LoadText[]> =>
    (await translator.translate(texts)).map(([{ source: text, translation }]) => ({
      text,
      words: text.split(/\s+/).length,
      expected: translation,
    }));
  return { short: await expected(short), long: await expected(long) };
}
