// Suffix arrays by induced sorting (Nong, Zhang, Chan 2009, Linear Suffix Array Construction by Almost Pure
// Induced-Sorting): linear in the length, whatever the text repeats.

/** Start positions of all suffixes of `text` in ascending order; its values are 0 to `alphabetSize - 1`. */
export function suffixArray(text: Int32Array, alphabetSize: number): Int32Array {
  const n = text.length;
  const sorted = new Int32Array(n);
  if (n < 2) return sorted;

  // S: smaller than the next suffix. The end of the text counts as smaller than everything.
  const isS = new Uint8Array(n);
  for (let i = n - 2; i >= 0; i--) {
    isS[i] = text[i] < text[i + 1] || (text[i] === text[i + 1] && isS[i + 1] === 1) ? 1 : 0;
  }
  const bounds = new Int32Array(alphabetSize + 1); // bucket of c: bounds[c] to bounds[c + 1]
  for (let i = 0; i < n; i++) bounds[text[i] + 1]++;
  for (let c = 0; c < alphabetSize; c++) bounds[c + 1] += bounds[c];

  let count = 0;
  for (let i = 1; i < n; i++) if (isS[i] === 1 && isS[i - 1] === 0) count++;
  const leftmost = new Int32Array(count); // S after L ("LMS"), in text order
  const rank = new Int32Array(n).fill(-1); // of a leftmost position in text order
  for (let i = 1, k = 0; i < n; i++) {
    if (isS[i] === 1 && isS[i - 1] === 0) {
      rank[i] = k;
      leftmost[k++] = i;
    }
  }

  induce(text, isS, bounds, leftmost, sorted);
  if (count < 2) return sorted;

  // The leftmost substrings are sorted now; name them, and sort their suffixes by name.
  const order = new Int32Array(count);
  for (let i = 0, k = 0; i < n; i++) if (rank[sorted[i]] >= 0) order[k++] = sorted[i];
  const names = new Int32Array(count);
  let name = 0;
  for (let k = 1; k < count; k++) {
    if (!sameSubstring(text, leftmost, rank, order[k - 1], order[k])) name++;
    names[rank[order[k]]] = name;
  }
  if (name + 1 < count) {
    const suffixes = suffixArray(names, name + 1);
    for (let k = 0; k < count; k++) order[k] = leftmost[suffixes[k]];
  }
  induce(text, isS, bounds, order, sorted);
  return sorted;
}

/** Whether the substrings from two leftmost positions to the next ones are equal. */
function sameSubstring(
  text: Int32Array,
  leftmost: Int32Array,
  rank: Int32Array,
  a: number,
  b: number,
): boolean {
  const endA = leftmost[rank[a] + 1];
  const endB = leftmost[rank[b] + 1];
  // The last one ends with the text, so it equals no other.
  if (endA === undefined || endB === undefined || endA - a !== endB - b) return false;
  for (let i = 0; i <= endA - a; i++) if (text[a + i] !== text[b + i]) return false;
  return true;
}

function induce(
  text: Int32Array,
  isS: Uint8Array,
  bounds: Int32Array,
  leftmost: Int32Array,
  sorted: Int32Array,
): void {
  const n = text.length;
  sorted.fill(-1);
  const ends = bounds.slice(1);
  for (let k = leftmost.length - 1; k >= 0; k--) sorted[--ends[text[leftmost[k]]]] = leftmost[k];
  const starts = bounds.slice(0, -1);
  sorted[starts[text[n - 1]]++] = n - 1;
  for (let i = 0; i < n; i++) {
    const before = sorted[i] - 1;
    if (before >= 0 && isS[before] === 0) sorted[starts[text[before]]++] = before;
  }
  ends.set(bounds.subarray(1));
  for (let i = n - 1; i >= 0; i--) {
    const before = sorted[i] - 1;
    if (before >= 0 && isS[before] === 1) sorted[--ends[text[before]]] = before;
  }
}

/**
 * Length of the common prefix of each suffix with the one before it in `sorted`, up to the first symbol that is less
 * than `firstLetter` (Kasai et al. 2001).
 */
export function commonPrefixes(
  text: Int32Array,
  sorted: Int32Array,
  firstLetter: number,
): Int32Array {
  const n = text.length;
  const rank = new Int32Array(n);
  for (let i = 0; i < n; i++) rank[sorted[i]] = i;
  const lengths = new Int32Array(n);
  for (let i = 0, h = 0; i < n; i++) {
    if (rank[i] === 0) {
      h = 0;
      continue;
    }
    const j = sorted[rank[i] - 1];
    while (i + h < n && j + h < n && text[i + h] === text[j + h] && text[i + h] >= firstLetter) h++;
    lengths[rank[i]] = h;
    if (h > 0) h--;
  }
  return lengths;
}
