import { assertEquals, assertRejects } from "@std/assert";
import { assertIdentity, loud, textsOf, translated } from "../testing/round_trips.ts";

const srt = (...cues: string[]) =>
  cues.map((text, i) => `${i + 1}\n00:00:0${i},000 --> 00:00:0${i},900\n${text}\n`).join("\n");

/** Cues, and the sentences in them. */
const cases: readonly (readonly [cues: string[], sentences: string[]])[] = [
  [["Hello.", "Bye."], ["Hello.", "Bye."]],
  [["I told you", "that John\nis here. He came", "by train."], [
    "I told you that John is here.",
    "He came by train.",
  ]],
  [["- Who is\nthere?\n- Me."], ["Who is there?", "Me."]],
  [["<i>It was so</i>", "<i>long ago.</i>"], ["It was so long ago."]],
  [["It was <i>so\nlong</i> ago"], ['It was <span id="0">so long</span> ago']],
  [["{\\AN8}Top & more"], ["Top & more"]],
  [["Ask Dr. Miller. He knows"], ["Ask Dr. Miller.", "He knows"]],
  [['He <v Dr. No="a. B">is. Here'], ['He <img id="0">is.', "Here"]],
  [["[door slams]", "He comes"], ["[door slams]", "He comes"]],
];

Deno.test("subtitles: sentences go over lines and cues", async () => {
  for (const [cues, sentences] of cases) {
    assertEquals(await textsOf(srt(...cues), "srt"), sentences);
    await assertIdentity(srt(...cues), "srt");
    // A tag that goes over a line ends with it.
    const capitals = cues.map((cue) => loud(cue).replace("SO\n", "SO</i>\n<i>"));
    assertEquals(await translated(srt(...cues), "srt", loud), srt(...capitals));
  }
});

Deno.test("subtitles: a translation is divided in proportion, at the borders of words", async () => {
  const divided = (cues: string[], translation: string) =>
    translated(srt(...cues), "srt", () => translation);
  assertEquals(
    await divided(["I have seen", "it."], "Ich habe es gesehen"),
    srt("Ich habe es", "gesehen"),
  );
  assertEquals(
    await divided(["one two", "three four", "five"], "eins"),
    srt("eins", "\u00a0", "\u00a0"),
  );
  assertEquals(await divided(["one two", "three four"], "你好世界"), srt("你好", "世界"));
  assertEquals(
    await divided(["a <i>b", "c</i> d"], 'x <span id="0">yy zz</span> w'),
    srt("x <i>yy</i>", "<i>zz</i> w"),
  );
});

Deno.test("subtitles: WebVTT keeps its head, comments, styles, settings and voices", async () => {
  const vtt = "WEBVTT - x\n\nNOTE\nnot this\n\nSTYLE\n::cue { color: red }\n\nintro\n" +
    "00:01.000 --> 00:02.000 align:start\n<v Ann>R&amp;D is\n\n" +
    "00:02.000 --> 00:03.000\n<c.loud>fun</c> &lt; <00:02.500>work.\n";
  assertEquals(await textsOf(vtt, "vtt"), [
    'R&amp;D is <span id="0">fun</span> &lt; <img id="2">work.',
  ]);
  await assertIdentity(vtt, "vtt");
  assertEquals(
    await translated(vtt, "vtt", loud),
    vtt.replace("R&amp;D is", "R&amp;D IS").replace("fun", "FUN").replace("work", "WORK"),
  );
});

Deno.test("subtitles: what has no timing is refused", async () => {
  await assertRejects(() => textsOf("just text", "srt"), SyntaxError, "there is no line such as");
  await assertRejects(() => textsOf("00:01.000 --> 00:02.000\na", "vtt"), SyntaxError, "WEBVTT");
  assertEquals(await textsOf("", "srt"), []);
});
