// GPT-2's alphabet of bytes: printable characters of Latin-1 stand for themselves, the others are moved behind it, so
// that no piece of a vocabulary holds a space or a control character.

/** The character that stands for each byte. */
export const BYTE_CHARACTERS: readonly string[] = byteCharacters();

const bytes = new Map<string, number>(BYTE_CHARACTERS.map((character, byte) => [character, byte]));
const utf8 = new TextEncoder();
const OTHER = /[^!-~]/;

/** A text in the alphabet of bytes. */
export function toByteAlphabet(text: string): string {
  if (!OTHER.test(text)) return text;
  let mapped = "";
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) mapped += BYTE_CHARACTERS[code];
    else {
      let end = i + 1;
      while (end < text.length && text.charCodeAt(end) >= 0x80) end++;
      for (const byte of utf8.encode(text.slice(i, end))) mapped += BYTE_CHARACTERS[byte];
      i = end - 1;
    }
  }
  return mapped;
}

/** The byte that a character of the alphabet stands for, undefined for other characters. */
export function byteOfCharacter(character: string): number | undefined {
  return bytes.get(character);
}

function byteCharacters(): string[] {
  const characters: string[] = [];
  let moved = 0;
  for (let byte = 0; byte < 256; byte++) {
    const isPrintable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    characters.push(String.fromCharCode(isPrintable ? byte : 0x100 + moved++));
  }
  return characters;
}
