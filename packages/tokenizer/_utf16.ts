/** The string of UTF-16 units, in portions that fit on the stack as arguments. */
export function stringOf(units: Uint16Array): string {
  if (units.length <= PORTION) return String.fromCharCode(...units);
  let text = "";
  for (let start = 0; start < units.length; start += PORTION) {
    text += String.fromCharCode(...units.subarray(start, start + PORTION));
  }
  return text;
}

/** The UTF-16 units of a string. */
export function unitsOf(text: string): Uint16Array {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
  return units;
}

const PORTION = 4096;
