import type { Random } from "./random.ts";

/** Bytes that formats and their readers treat in a way of their own. */
const TELLING = [0, 1, 9, 10, 13, 0x20, 0x22, 0x2c, 0x7f, 0x80, 0xc0, 0xef, 0xfe, 0xff];

/** Little-endian lengths that are believed too easily, and the largest that 64 bits hold as a varint. */
const LENGTHS = [
  [0xff, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0x7f],
  [0, 0, 0, 0x80],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0, 0, 0, 0, 0, 0, 0, 0],
];

/** Longest piece that is moved or repeated at once. */
const PIECE = 64;

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

const MUTATIONS: readonly Mutation[] = [
  // Flips a bit.
  (bytes, random) => at(bytes, random, (byte) => byte ^ 1 << random.below(8)),
  // Sets a byte to one that means something.
  (bytes, random) => at(bytes, random, () => random.of(TELLING)),
  // Cuts the end off.
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  // Takes a piece out.
  (bytes, random) => {
    const [start, end] = piece(bytes, random);
    return joined(bytes.subarray(0, start), bytes.subarray(end));
  },
  // Puts bytes in.
  (bytes, random) => {
    const place = random.below(bytes.length + 1);
    const added = Uint8Array.from({ length: 1 + random.below(8) }, () => random.below(256));
    return joined(bytes.subarray(0, place), added, bytes.subarray(place));
  },
  // Repeats a piece, up to 64 times.
  (bytes, random) => {
    const [start, end] = piece(bytes, random);
    const times = 2 ** random.below(7);
    const pieces = Array.from({ length: times }, () => bytes.subarray(start, end));
    return joined(bytes.subarray(0, end), ...pieces, bytes.subarray(end));
  },
  // Copies a piece to another place.
  (bytes, random) => {
    const [start, end] = piece(bytes, random);
    const place = random.below(bytes.length + 1);
    return joined(bytes.subarray(0, place), bytes.slice(start, end), bytes.subarray(place));
  },
  // Writes a length that lies over what is there.
  (bytes, random) => {
    const changed = bytes.slice();
    const length = random.of(LENGTHS);
    const place = random.below(Math.max(1, changed.length - length.length));
    length.forEach((byte, i) => place + i < changed.length && (changed[place + i] = byte));
    return changed;
  },
];

/** Changes bytes in one place or by one piece; what comes in stays as it is. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  return random.of(MUTATIONS)(bytes, random);
}

function at(bytes: Uint8Array, random: Random, change: (byte: number) => number): Uint8Array {
  const changed = bytes.slice();
  if (changed.length === 0) return changed;
  const place = random.below(changed.length);
  changed[place] = change(changed[place]);
  return changed;
}

function piece(bytes: Uint8Array, random: Random): [start: number, end: number] {
  const start = random.below(bytes.length + 1);
  return [start, Math.min(bytes.length, start + 1 + random.below(PIECE))];
}

function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const piece of pieces) {
    whole.set(piece, place);
    place += piece.length;
  }
  return whole;
}
