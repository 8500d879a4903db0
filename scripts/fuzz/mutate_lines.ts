import type { Random } from "./random.ts";

const CELLS = [
  "",
  " ",
  "\t",
  '"',
  '""',
  ",",
  "\u0000",
  "\ufeff",
  "▁",
  "##",
  "#version",
  "a".repeat(5000),
];

/** Changes a text of lines by its structure: lines left out, repeated, moved, joined; cells by others. */
export function mutateLines(text: string, random: Random): string {
  const lines = text.split("\n");
  const at = random.below(lines.length);
  switch (random.below(7)) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.splice(at, 0, ...Array<string>(2 ** random.below(8)).fill(lines[at]));
      break;
    case 2:
      lines.splice(random.below(lines.length), 0, ...lines.splice(at, 1));
      break;
    case 3:
      lines.splice(at, 2, lines.slice(at, at + 2).join(random.of(["", " ", "\t"])));
      break;
    case 4: {
      const cells = lines[at].split(/(\t| )/);
      cells[random.below(cells.length)] = random.of(CELLS);
      lines[at] = cells.join("");
      break;
    }
    case 5:
      return lines.join(random.of(["\r\n", "\r", "\n\n", "\u2028"]));
    default:
      lines[at] = random.of(CELLS) + lines[at] + random.of(CELLS);
  }
  return lines.join("\n");
}
