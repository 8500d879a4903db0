import { divideInlines } from "../inline/divide.ts";
import { decodeEntities, fromHtml, type Inline, toHtml } from "../inline/inline_html.ts";
import { withoutEdges } from "../text/lines.ts";
import type { Edit, TextUnit } from "../text_unit.ts";
import { type CueLine, srtLines, vttLines } from "./cue_lines.ts";

/** A piece of a line that belongs to one sentence. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly cue: number;
}

/** Cues over which a sentence goes at most: without full stops all would be one. */
const mostCues = 6;

const sentenceEnd = /[.!?…。！？♪♫]["'”’»)\]*]*(?:<\/[^<>]*>)*$/u;
const ownBeginning = /^(?:<[^<>]*>|\{[^{}]*\})*(?:[-–—♪♫[(]|>>)/u;

/**
 * Finds the sentences of subtitles. One over several lines or cues is one text, and its translation is divided over
 * them; timings, numbers and all that is not read stay.
 */
export function subtitleUnits(content: string, format: "srt" | "vtt"): TextUnit[] {
  const lines = format === "srt" ? srtLines(content) : vttLines(content);
  return sentencesOf(lines).map((pieces) => unitOf(content, pieces, format));
}

function sentencesOf(lines: readonly CueLine[]): Piece[][] {
  const sentences: Piece[][] = [];
  let isOpen = false;
  for (const line of lines) {
    const parts = splitLine(line);
    parts.forEach((piece, i) => {
      const before = sentences.at(-1);
      const goesOn = i === 0 && isOpen && before !== undefined && !ownBeginning.test(line.text) &&
        line.cue - before[0].cue < mostCues && line.cue - before.at(-1)!.cue <= 1;
      if (goesOn) before.push(piece);
      else sentences.push([piece]);
    });
    const text = line.text.trimEnd();
    isOpen = !sentenceEnd.test(text) && !/^[[(].*[\])]$/.test(text.trim());
  }
  return sentences;
}

/** Divides a line where a sentence ends in it and another begins. */
function splitLine(line: CueLine): Piece[] {
  const pieces: Piece[] = [];
  const { start: from, end: to } = withoutEdges(line.text);
  let start = from;
  for (const { 0: end, index } of line.text.matchAll(/[.!?…]["'”’»)\]]*(?=\s+[\p{Lu}¿¡"“„«])/gu)) {
    // An initial or an abbreviation is no end; a translator finds the sentences in what is left together.
    if (/(?:^|[\s.])\p{Lu}?\p{L}{0,2}\.$/u.test(line.text.slice(0, index + 1))) continue;
    const at = index + end.length;
    if (line.text.lastIndexOf("<", at) > line.text.lastIndexOf(">", at - 1)) continue; // within a tag
    pieces.push({ start: line.start + start, end: line.start + at, cue: line.cue });
    start = at + line.text.slice(at).search(/\S/);
  }
  pieces.push({ start: line.start + start, end: line.start + to, cue: line.cue });
  return pieces;
}

/** What is no text in a line: tags, times within karaoke, and the styles of other programs. */
const markup = {
  srt: /<\/?[a-z\d][^<>\n]*>|\{\\[^{}\n]*\}/gi,
  vtt: /<[^<>\n]*>|\{\\[^{}\n]*\}/g,
};

/** Texts and markup of a piece. */
interface Markup {
  readonly raw: string;
  readonly name: string;
  readonly kind: "open" | "close" | "single";
}

function unitOf(content: string, pieces: readonly Piece[], format: "srt" | "vtt"): TextUnit {
  const decode = (text: string) => format === "vtt" ? decodeEntities(text) : text;
  const encode = (text: string) =>
    format === "vtt"
      ? text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
      : text;
  const marks: Markup[] = [];
  const inlines: (Inline | { kind: "mark"; mark: number })[] = [];
  const edges = pieces.map(({ start, end }) => edgesOf(content.slice(start, end)));
  const weights: number[] = [];
  pieces.forEach((piece, i) => {
    const { before, behind } = edges[i];
    const raw = content.slice(piece.start + before.length, piece.end - behind.length);
    if (i > 0) inlines.push({ kind: "text", text: " " });
    let done = 0, length = 0;
    const add = (end: number) => {
      const text = decode(raw.slice(done, end)).replaceAll(/\s+/g, " ");
      if (text !== "") inlines.push({ kind: "text", text });
      length += text.length;
    };
    for (const { 0: tag, index } of raw.matchAll(markup[format])) {
      add(index);
      done = index + tag.length;
      inlines.push({ kind: "mark", mark: marks.push(markOf(tag)) - 1 });
    }
    add(raw.length);
    weights.push(length);
  });
  const paired = pairMarks(inlines, marks);
  const isHtml = paired.some(({ kind }) => kind !== "text");
  const write = (inline: Inline) => {
    if (inline.kind === "text") return encode(inline.text);
    if (inline.kind === "close") return `</${marks[inline.id].name}>`;
    return marks[inline.id].raw;
  };
  return {
    isHtml,
    source: isHtml
      ? toHtml(paired)
      : paired.map((inline) => "text" in inline ? inline.text : "").join(""),
    edits(translation) {
      const clean = translation.replaceAll(/\s*[\r\n]\s*/g, " ");
      const result: Inline[] = isHtml ? fromHtml(clean, paired) : [{ kind: "text", text: clean }];
      const parts = divideInlines(result, weights).map((part) => part.map(write).join("").trim());
      return parts.map((part, i): Edit => {
        const { before, behind } = edges[i];
        const { start, end } = pieces[i];
        // An empty line would end the cue.
        const text = part === "" && before + behind === "" ? "\u00a0" : part;
        return { start, end, parts: [before + text + behind] };
      });
    },
  };
}

function markOf(raw: string): Markup {
  const [, slash, name = ""] = raw.match(/^<(\/?)([a-z]+)/i) ?? [];
  if (name === "") return { raw, name, kind: "single" };
  return { raw, name, kind: slash ? "close" : "open" };
}

/** Tags at the edges of a piece that belong to it alone: they need no place among the words. */
function edgesOf(raw: string): { before: string; behind: string } {
  let before = "", behind = "", inner = raw;
  for (;;) {
    const [tag, name] = inner.match(/^<([a-z]+)\b[^<>\n]*>/i) ?? [];
    const end = name && inner.endsWith(`</${name}>`) ? `</${name}>` : undefined;
    if (tag && end && !inner.slice(tag.length, -end.length).includes(`</${name}>`)) {
      before += tag;
      behind = end + behind;
      inner = inner.slice(tag.length, -end.length);
      continue;
    }
    const alone = inner.match(/^(?:\{\\[^{}\n]*\}|<\d[^<>\n]*>|[-–—]\s+|>>\s*)/)?.[0] ??
      (name === "v" && !inner.includes("</v>") ? tag : undefined);
    if (!alone) return { before, behind };
    before += alone;
    inner = inner.slice(alone.length);
  }
}

/** Gives tags their partners; one without stands alone. */
function pairMarks(
  inlines: readonly (Inline | { kind: "mark"; mark: number })[],
  marks: readonly Markup[],
): Inline[] {
  const partner = new Map<number, number>();
  const open: number[] = [];
  marks.forEach(({ kind, name }, i) => {
    if (kind === "open") open.push(i);
    if (kind !== "close") return;
    const at = open.findLastIndex((other) => marks[other].name === name);
    if (at < 0) return;
    partner.set(i, open[at]);
    partner.set(open[at], i);
    open.length = at;
  });
  return inlines.map((inline): Inline => {
    if (inline.kind !== "mark") return inline;
    const other = partner.get(inline.mark);
    if (other === undefined) return { kind: "single", id: inline.mark };
    return marks[inline.mark].kind === "open"
      ? { kind: "open", id: inline.mark }
      : { kind: "close", id: other };
  });
}
