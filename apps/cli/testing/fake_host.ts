import { Translator } from "@heed/translation";
import type { Host } from "../host.ts";
import { Interruption } from "../host.ts";

/** A host without a shell, that remembers what is written. For tests. */
export interface FakeHost extends Host {
  /** What was written to standard output. */
  readonly out: () => string;
  /** What was written to standard error. */
  readonly errors: () => string;
  /** Presses Ctrl-C. */
  readonly interrupt: () => void;
  /** Models that were loaded, and how. */
  readonly loaded: { model: unknown; options: unknown }[];
}

/** What differs from an empty standard input and no terminal. */
export interface FakeHostOptions {
  readonly stdin?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** File behind standard input. */
  readonly stdinFile?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stderrIsTerminal?: boolean;
  /** What is answered to questions, in order; with answers standard input is a terminal. */
  readonly answers?: readonly string[];
  /** Whether the translator's model has a calibration, which makes nothing of a probability. */
  readonly isCalibrated?: boolean;
  /** What each translator that is loaded translates, in order; later ones English to German. */
  readonly languages?: readonly { readonly source: string; readonly target: string }[];
  /** Called before each write to standard output. */
  readonly onWrite?: (text: string) => void;
}

/** Makes a host whose translator answers in capital letters. */
export function fakeHost(options: FakeHostOptions = {}): FakeHost {
  const out: string[] = [];
  const errors: string[] = [];
  const loaded: { model: unknown; options: unknown }[] = [];
  const controller = new AbortController();
  const {
    stdin = "",
    environment = {},
    stderrIsTerminal = false,
    isCalibrated = false,
    languages = [],
  } = options;
  const { onWrite, stdinFile } = options;
  const answers = options.answers?.slice();
  return {
    stdin: typeof stdin === "string"
      ? once(new TextEncoder().encode(stdin))
      : stdin instanceof Uint8Array
      ? once(stdin)
      : stdin,
    stdinFile: () => stdinFile === undefined ? undefined : Deno.statSync(stdinFile),
    stdinIsTerminal: answers !== undefined,
    stdoutIsTerminal: false,
    stderrIsTerminal,
    columns: 100,
    signal: controller.signal,
    writeOut(text) {
      try {
        onWrite?.(text);
      } catch (error) {
        return Promise.reject(error);
      }
      out.push(text);
      return Promise.resolve();
    },
    writeError: (text) => void errors.push(text),
    ask(question) {
      errors.push(question);
      return Promise.resolve(answers?.shift() ?? "");
    },
    environment: (name) => environment[name],
    loadTranslator(model, options) {
      loaded.push({ model, options });
      const pair = languages[loaded.length - 1] ?? { source: "en", target: "de" };
      return Promise.resolve(capitalizer(isCalibrated, pair));
    },
    out: () => out.join(""),
    errors: () => errors.join(""),
    interrupt: () => controller.abort(new Interruption("SIGINT")),
    loaded,
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** Attention in which every query looks at its own place, or at the last. */
function maps(queries: number, keys: number) {
  const weights = new Float32Array(queries * keys);
  for (let i = 0; i < queries; i++) weights[i * keys + Math.min(i, keys - 1)] = 1;
  return { weights, layers: 1, heads: 1, queries, keys };
}

/** Code points as ids; 0 is the end token. The k-th best adds k exclamation marks. */
function capitalizer(
  isCalibrated: boolean,
  pair: { readonly source: string; readonly target: string },
): Translator {
  const unchanged = { a: 1, b: 1, c: 0 };
  const encode = (text: string) => {
    const letters = [...text];
    return {
      ids: [...letters.map((letter) => letter.codePointAt(0)!), 0],
      tokens: [...letters, "</s>"],
    };
  };
  const decode = (ids: Iterable<number>) =>
    [...ids].filter((id) => id > 0).map((id) => String.fromCodePoint(id)).join("");
  return new Translator({
    languages: [pair],
    confidence: isCalibrated ? { word: unchanged, sentence: unchanged } : undefined,
    device: {
      name: "paper",
      reason: "it is a test",
      engine: "engine",
      dtype: "int8",
      simd: "plain",
      threads: 2,
    },
    tokenizer: { encode, decode, idToToken: (id) => id === 0 ? "</s>" : String.fromCodePoint(id) },
    model: {
      maxSourceTokens: 100,
      maxTargetTokens: 100,
      async generate(inputIds, { numReturnSequences = 1, signal }) {
        await new Promise((resolve) => setTimeout(resolve));
        signal?.throwIfAborted();
        return inputIds.map((row) =>
          Array.from({ length: numReturnSequences }, (_, rank) => {
            const { ids } = encode(decode(row).toUpperCase() + "!".repeat(rank));
            const logProb = -ids.length * (rank + 1) / 2;
            const score = -(rank + 1) / 2;
            return { ids, logProb, score, finished: true, tokenLogProbs: ids.map(() => score) };
          })
        );
      },
      crossAttention: (inputIds, targetIds) =>
        Promise.resolve({
          weights: new Float32Array(inputIds.length * targetIds.length).fill(1 / inputIds.length),
          targetLength: targetIds.length,
          sourceLength: inputIds.length,
        }),
      attentions: ({ length: source }, { length: target }) =>
        Promise.resolve({
          encoder: maps(source, source),
          decoder: maps(target, target),
          cross: maps(target, source),
          alignment: {
            weights: maps(target, source).weights,
            targetLength: target,
            sourceLength: source,
          },
          startTokenId: 1,
        }),
      dispose: () => {},
    },
  });
}
