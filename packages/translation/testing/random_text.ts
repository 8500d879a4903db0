/** Alphabets that random texts are drawn from: all that sentence boundaries depend on, and trouble. */
const alphabets: readonly string[][] = [
  ["a", "B", "word", "Dr.", "z.", "B.", "5.", "12", "XIV.", "etc.", "No.", "http://x.y/?Q=a!B"],
  [" ", "  ", "\n", "\r\n", "\t", "\u2028", "\u0085", "\u00a0", "\u3000", "\ufeff", "\u200b"],
  [".", "!", "?", "...", "…", ";", ",", ":", " – ", "-", "*", "1.", "(a)", "#", '"', ")", "»"],
  ["。", "！", "、", "漢字", "かな", "ไทย", "عربي", "हिन्दी।", "한국어", "ßÄÖ", "é"],
  ["👩‍👩‍👧", "🇩🇪", "\u0301\u0302", "\ud83d", "\ude00", "\u0000", "\u001d", "\u200d", "\ufffd"],
];

/** A text of up to some hundred pieces, the same for the same seed. For tests. */
export function randomText(seed: number): string {
  let state = seed * 2654435761 >>> 0;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  let text = "";
  for (let count = random(120); count > 0; count--) {
    const alphabet = alphabets[random(alphabets.length)];
    text += alphabet[random(alphabet.length)];
    // Some code point from anywhere, surrogates included.
    if (random(12) === 0) text += String.fromCharCode(random(0x10000));
  }
  return text;
}
