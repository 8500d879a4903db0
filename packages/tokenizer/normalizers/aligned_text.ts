/** A text and where it comes from: unit `i` stands for the original's `[starts[i], ends[i])`. */
export interface AlignedText {
  readonly text: string;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Where the part of the original begins that this text was made of. */
  readonly origin: number;
}

/** A part of an original text, unchanged. */
export function alignedText(text: string, origin: number): AlignedText {
  const starts = new Int32Array(text.length);
  const ends = new Int32Array(text.length);
  for (let i = 0; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && i + 1 < text.length) {
      starts[i] = starts[i + 1] = origin + i;
      ends[i] = ends[i + 1] = origin + i + 2;
      i++;
    } else {
      starts[i] = origin + i;
      ends[i] = origin + i + 1;
    }
  }
  return { text, starts, ends, origin };
}

/** Units `[start, end)` of a text. */
export function sliceAligned(source: AlignedText, start: number, end: number): AlignedText {
  return {
    text: source.text.slice(start, end),
    starts: source.starts.subarray(start, end),
    ends: source.ends.subarray(start, end),
    origin: start < end ? source.starts[start] : source.origin,
  };
}

/** Collects a text with its alignment. */
export class AlignedTextBuilder {
  #source: AlignedText;
  #text = "";
  #starts: Int32Array;
  #ends: Int32Array;

  constructor(source: AlignedText) {
    this.#source = source;
    this.#starts = new Int32Array(source.text.length + 16);
    this.#ends = new Int32Array(source.text.length + 16);
  }

  /** Appends units `[start, end)` of the source. */
  copy(start: number, end: number): void {
    const at = this.#reserve(end - start);
    this.#starts.set(this.#source.starts.subarray(start, end), at);
    this.#ends.set(this.#source.ends.subarray(start, end), at);
    this.#text += this.#source.text.slice(start, end);
  }

  /** Appends a text that stands where unit `index` of the source stands; before the first unit it covers nothing. */
  insert(text: string, index: number): void {
    const at = this.#reserve(text.length);
    const { starts, ends, origin } = this.#source;
    this.#starts.fill(index < 0 ? origin : starts[index], at, at + text.length);
    this.#ends.fill(index < 0 ? origin : ends[index], at, at + text.length);
    this.#text += text;
  }

  /** The text so far. */
  build(): AlignedText {
    const length = this.#text.length;
    return {
      text: this.#text,
      starts: this.#starts.subarray(0, length),
      ends: this.#ends.subarray(0, length),
      origin: this.#source.origin,
    };
  }

  #reserve(count: number): number {
    const length = this.#text.length;
    if (length + count > this.#starts.length) {
      this.#starts = grown(this.#starts, 2 * (length + count));
      this.#ends = grown(this.#ends, 2 * (length + count));
    }
    return length;
  }
}

/** Replaces every character by a text (empty: it is removed) that stands where the character stood. */
export function alignCharacters(
  source: AlignedText,
  replacement: (character: string) => string,
): AlignedText {
  const builder = new AlignedTextBuilder(source);
  let at = 0;
  let copied = 0;
  for (const character of source.text) {
    const changed = replacement(character);
    if (changed !== character) {
      builder.copy(copied, at);
      builder.insert(changed, at);
      copied = at + character.length;
    }
    at += character.length;
  }
  builder.copy(copied, at);
  return builder.build();
}

/**
 * Replaces all characters. `changes[i]` says what character `i` does to the source: 0 it replaces one character,
 * -n it replaces one and removes the n after it, 1 it is added after the one before.
 */
export function transform(
  source: AlignedText,
  characters: readonly string[],
  changes: readonly number[],
): AlignedText {
  const builder = new AlignedTextBuilder(source);
  const { text } = source;
  let at = 0;
  for (const [i, character] of characters.entries()) {
    const change = changes[i];
    if (change > 0) {
      builder.insert(character, at - 1);
      continue;
    }
    builder.insert(character, at);
    for (let removed = 0; removed <= -change && at < text.length; removed++) {
      at += text.codePointAt(at)! > 0xffff ? 2 : 1;
    }
  }
  return builder.build();
}

function grown(numbers: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(numbers);
  return larger;
}
