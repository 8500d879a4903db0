import { type Line, linesOf } from "../text/lines.ts";

/** A line of a cue that is read. */
export interface CueLine extends Line {
  /** Number of the cue, from 0. */
  readonly cue: number;
}

const timing =
  /^\s*(?:\d{1,4}:)?\d{1,2}:\d{1,2}[,.]\d{1,3}\s*-->\s*(?:\d{1,4}:)?\d{1,2}:\d{1,2}[,.]\d{1,3}/;

/**
 * Finds the lines of subtitles (SRT) that are read: those below a timing, up to the number of the next.
 *
 * @throws {SyntaxError} When there is a text and no timing.
 */
export function srtLines(content: string): CueLine[] {
  const lines = linesOf(content);
  const timings = [...lines.keys()].filter((i) => timing.test(lines[i].text));
  return readCues(
    content,
    lines,
    timings.map((first, cue) => {
      const next = timings[cue + 1] ?? lines.length;
      let end = next;
      if (next < lines.length) {
        while (end > first + 1 && isBlank(lines[end - 1])) end--;
        if (end > first + 1 && /^\s*\d+\s*$/.test(lines[end - 1].text)) end--;
      }
      return { first: first + 1, end };
    }),
  );
}

/**
 * Finds the lines of subtitles (WebVTT) that are read: those below a timing, up to an empty line.
 *
 * @throws {SyntaxError} When there is a text and no timing, or no head.
 */
export function vttLines(content: string): CueLine[] {
  if (content.trim() !== "" && !/^\ufeff?WEBVTT(?:[ \t\r\n]|$)/.test(content)) {
    throw new SyntaxError('Cannot read the subtitles: WebVTT begins with "WEBVTT"');
  }
  const lines = linesOf(content);
  const cues: { first: number; end: number }[] = [];
  let isComment = false;
  for (let i = 0; i < lines.length; i++) {
    if (isBlank(lines[i])) isComment = false;
    else if (/^(?:NOTE|STYLE|REGION)(?:[ \t]|$)/.test(lines[i].text) && isBlank(lines[i - 1])) {
      isComment = true;
    }
    if (isComment || !timing.test(lines[i].text)) continue;
    let end = i + 1;
    while (end < lines.length && !isBlank(lines[end]) && !timing.test(lines[end].text)) end++;
    cues.push({ first: i + 1, end });
    i = end - 1;
  }
  return cues.length === 0 ? [] : readCues(content, lines, cues);
}

function readCues(
  content: string,
  lines: readonly Line[],
  cues: readonly { first: number; end: number }[],
): CueLine[] {
  if (cues.length === 0 && content.trim() !== "") {
    throw new SyntaxError(
      "Cannot read the subtitles: there is no line such as 00:00:01,000 --> 00:00:02,000",
    );
  }
  return cues.flatMap(({ first, end }, cue) => {
    const own = lines.slice(first, end);
    // A tag over two lines would be torn where a sentence is divided.
    if (/<[^<>]*[\r\n][^<>]*>/.test(own.map(({ text }) => text).join("\n"))) return [];
    // A line with an arrow is a broken timing: no text has one.
    return own.filter((line) => !isBlank(line) && !line.text.includes("-->"))
      .map((line) => ({ ...line, cue }));
  });
}

function isBlank(line: Line | undefined): boolean {
  return line === undefined || line.text.trim() === "";
}
