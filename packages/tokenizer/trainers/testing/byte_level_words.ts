// The pre-tokenizer of GPT-2 for tests of the trainers: cut, then written in the byte alphabet.

const PIECES =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** Byte to character: printable Latin-1 bytes are themselves, the others follow from U+0100. */
export const byteAlphabet: readonly string[] = makeByteAlphabet();

const encoder = new TextEncoder();

export function byteLevelWords(line: string): string[] {
  return (line.match(PIECES) ?? []).map((piece) => {
    let word = "";
    for (const byte of encoder.encode(piece)) word += byteAlphabet[byte];
    return word;
  });
}

function makeByteAlphabet(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    return String.fromCodePoint(isPrintable ? byte : next++);
  });
}
