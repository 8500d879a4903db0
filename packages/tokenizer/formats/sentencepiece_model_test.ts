import { assertEquals, assertThrows } from "@std/assert";
import {
  parseSentencePieceModel,
  PieceType,
  type SentencePieceModel,
  serializeSentencePieceModel,
} from "./sentencepiece_model.ts";

const testdata = new URL("../../../testdata/tokenizer/", import.meta.url);
const file = Deno.readFileSync(new URL("rules.spm", testdata));

Deno.test("parseSentencePieceModel() reads a file written by spm_train", () => {
  const model = parseSentencePieceModel(file);
  assertEquals(model.pieces.length, 260);
  assertEquals(model.pieces.slice(0, 7), [
    { piece: "<unk>", score: 0, type: PieceType.UNKNOWN },
    { piece: "<s>", score: 0, type: PieceType.CONTROL },
    { piece: "</s>", score: 0, type: PieceType.CONTROL },
    { piece: "<ctl>", score: 0, type: PieceType.CONTROL },
    { piece: "<sep>", score: 0, type: PieceType.USER_DEFINED },
    { piece: "translation", score: 0, type: PieceType.USER_DEFINED },
    { piece: "x-y", score: 0, type: PieceType.USER_DEFINED },
  ]);
  assertEquals(model.trainerSpec.vocabSize, 260);
  assertEquals(model.normalizerSpec.addDummyPrefix, true);
});

Deno.test("serializeSentencePieceModel() writes spm_train's file back byte for byte", () => {
  assertEquals(serializeSentencePieceModel(parseSentencePieceModel(file)), file);
});

Deno.test("serializeSentencePieceModel() keeps unknown fields and negative numbers", () => {
  const model: SentencePieceModel = {
    pieces: [{
      piece: "ä",
      score: -1.5,
      type: PieceType.BYTE,
      unknownFields: new Map([[201, new Uint8Array([0xc8, 0x0c, 0x01])]]),
    }],
    trainerSpec: { padId: -1, inputSentenceSize: 2 ** 40, splitByNumber: false },
    normalizerSpec: {},
    unknownFields: new Map([
      [4, new Uint8Array([0x22, 2, 8, 1, 0x22, 0])],
      [200, new Uint8Array([0xc0, 12, 7])], // a varint
      [201, new Uint8Array([0xc9, 12, 1, 2, 3, 4, 5, 6, 7, 8])], // 64 bits
      [203, new Uint8Array([0xdd, 12, 1, 2, 3, 4])], // 32 bits
    ]),
  };
  assertEquals(parseSentencePieceModel(serializeSentencePieceModel(model)), model);
});

Deno.test("parseSentencePieceModel() refuses a file cut off anywhere, or gives fewer pieces", () => {
  const whole = parseSentencePieceModel(file).pieces.length;
  for (let length = 0; length < file.length; length += 13) {
    let pieces = 0;
    try {
      pieces = parseSentencePieceModel(file.subarray(0, length)).pieces.length;
    } catch (error) {
      assertEquals(error instanceof SyntaxError, true, `${error} at length ${length}`);
      continue;
    }
    assertEquals(pieces <= whole, true);
  }
});

Deno.test("parseSentencePieceModel() survives random damage", () => {
  let state = 12345;
  const random = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * limit);
  };
  let refused = 0;
  for (let i = 0; i < 500; i++) {
    const damaged = file.slice();
    for (let k = 0; k < 3; k++) damaged[random(damaged.length)] = random(256);
    try {
      parseSentencePieceModel(damaged);
    } catch (error) {
      refused++;
      assertEquals(error instanceof SyntaxError, true, String(error));
    }
  }
  assertEquals(refused > 100, true);
});

Deno.test("parseSentencePieceModel() says what is wrong and where", () => {
  const cases: [number[], string][] = [
    [[0x0a, 0x05, 0x0a, 0x01], "at byte 2, field pieces[0]: it needs 5 bytes, but only 2 are left"],
    [[0x0a, 0x03, 0x0a, 0x05, 0x41], "at byte 4, field pieces[0].piece: it needs 5 bytes"],
    [[0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f], "it needs 4294967295 bytes, but only 0 are left"],
    [[0x0a, 0x03, 0x0a, 0x01, 0xff], "field pieces[0].piece: the string is not valid UTF-8"],
    [[0x0a, 0x02, 0x15, 0x00], "field pieces[0].score: it needs 4 bytes"],
    [[0x0a, 0x80], "at byte 1, field pieces[0]: a number is cut off"],
    [Array(11).fill(0xff), "at byte 0: a number is longer than 10 bytes"],
    [[0x08, 0x01], "field pieces[0]: a message cannot have wire type 0"],
    [[0x3b], "field #7: wire type 3 is not supported"],
    [[0x02], "field number 0 is not allowed"],
    [[0x0a, 0x02, 0x18, 0x09], "pieces[0] has type 9, not 1 to 6"],
  ];
  for (const [bytes, message] of cases) {
    assertThrows(() => parseSentencePieceModel(new Uint8Array(bytes)), SyntaxError, message);
  }
});

Deno.test("parseSentencePieceModel() keeps two million unknown fields", () => {
  const fields = new Uint8Array(6_000_000);
  for (let at = 0; at < fields.length; at += 3) fields.set([0xc0, 12, at % 128], at);
  assertEquals(parseSentencePieceModel(fields).unknownFields!.get(200), fields);
});
