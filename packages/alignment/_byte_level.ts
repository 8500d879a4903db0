/**
 * Characters that byte-level BPE writes for bytes: printable ones of Latin-1 for themselves, those
 * from U+0100 on for the others in order (GPT-2).
 */
const BYTES: ReadonlyMap<string, number> = (() => {
  const bytes = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const isPrintable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    bytes.set(String.fromCodePoint(isPrintable ? byte : next++), byte);
  }
  return bytes;
})();

/** Text of a word of byte-level tokens; text that is none of theirs comes back as it is. */
export function bytesToText(word: string): string {
  const bytes = Array.from(word, (character) => BYTES.get(character));
  if (bytes.includes(undefined)) return word;
  return new TextDecoder().decode(Uint8Array.from(bytes as number[]));
}
