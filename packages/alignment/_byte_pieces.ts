/** A byte of text that a SentencePiece vocabulary has no piece for. */
const BYTE = /^<0x([0-9A-F]{2})>$/;

/** The byte that a token stands for; undefined for every other token. */
export function byteOf(token: string): number | undefined {
  const digits = BYTE.exec(token)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

/**
 * The text of byte tokens that follow each other: each character stands at the first of its bytes, and the other
 * bytes have none.
 */
export function textOfBytes(bytes: readonly number[]): string[] {
  const texts: string[] = [];
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let start = 0; start < bytes.length;) {
    const length = lengthOfCharacter(bytes[start]);
    const own = bytes.slice(start, start + length);
    try {
      texts.push(decoder.decode(Uint8Array.from(own)), ...Array<string>(own.length - 1).fill(""));
      start += own.length;
    } catch {
      texts.push("\ufffd");
      start++;
    }
  }
  return texts;
}

/** How many bytes a character has that begins with this one. */
function lengthOfCharacter(first: number): number {
  if (first < 0xc0) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}
