import { base64 } from "./_base64.ts";
import { indexedPng } from "./_indexed_png.ts";
import { escapeXml } from "./label.ts";
import { hex, type Rgb, SURFACE, type Theme } from "./ramp.ts";

export const FONT = "system-ui, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";

/** More cells than this become one image instead of a rectangle each. */
const MOST_RECTANGLES = 4096;

/** A matrix of coloured cells at a place. */
export interface Cells {
  readonly x: number;
  readonly y: number;
  readonly rows: number;
  readonly columns: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Number of steps of colour, at most 256. */
  readonly palette: readonly Rgb[];
  /** Step of a cell. */
  step(row: number, column: number): number;
  /** What a reader sees who points at a cell. */
  title?(row: number, column: number): string;
}

/** Draws cells as rectangles that say what they are, or as one image when there are many. */
export function drawCells(cells: Cells): string {
  const { x, y, rows, columns, cellWidth, cellHeight, palette } = cells;
  if (rows * columns > MOST_RECTANGLES) {
    const pixels = new Uint8Array(rows * columns);
    for (let i = 0; i < pixels.length; i++) {
      pixels[i] = cells.step(Math.floor(i / columns), i % columns);
    }
    const png = indexedPng({ width: columns, height: rows, pixels, palette });
    // Sharp cells: browsers want the style, which resvg does not know, and resvg the attribute.
    return "<style>@supports (image-rendering:pixelated)" +
      "{image.cells{image-rendering:pixelated}}</style>" +
      `<image class="cells" x="${x}" y="${y}" width="${trim(columns * cellWidth)}" ` +
      `height="${trim(rows * cellHeight)}" preserveAspectRatio="none" ` +
      `image-rendering="optimizeSpeed" href="data:image/png;base64,${base64(png)}"/>`;
  }
  const lines: string[] = ['<g class="cells" shape-rendering="crispEdges">'];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const title = cells.title?.(row, column);
      const place = `x="${trim(x + column * cellWidth)}" y="${trim(y + row * cellHeight)}"`;
      const size = `width="${trim(cellWidth)}" height="${trim(cellHeight)}"`;
      const fill = `fill="${hex(palette[cells.step(row, column)])}"`;
      lines.push(
        title === undefined
          ? `<rect ${place} ${size} ${fill}/>`
          : `<rect ${place} ${size} ${fill}><title>${escapeXml(title)}</title></rect>`,
      );
    }
  }
  lines.push("</g>");
  return lines.join("\n");
}

/** A bar of all colours with the values of its ends, standing upright. */
export function drawLegend(
  options: {
    x: number;
    y: number;
    height: number;
    palette: readonly Rgb[];
    top: string;
    bottom: string;
    theme: Theme;
  },
): string {
  const { x, y, height, palette, top, bottom, theme } = options;
  const steps = Math.min(64, palette.length), step = height / steps;
  const bars = Array.from({ length: steps }, (_, i) => {
    const color = palette[Math.round((steps - 1 - i) / (steps - 1) * (palette.length - 1))];
    // Each bar reaches a little below its end: no seams after scaling.
    const own = i === steps - 1 ? step : step + 0.5;
    return `<rect x="${x}" y="${trim(y + i * step)}" width="10" height="${trim(own)}" fill="${
      hex(color)
    }"/>`;
  });
  const frame = `<rect x="${x}" y="${y}" width="10" height="${trim(height)}" fill="none" ` +
    `stroke="${SURFACE[theme].faint}" stroke-width="0.5"/>`;
  const label = (text: string, at: number) =>
    `<text x="${x + 15}" y="${trim(at)}" font-size="10" fill="${SURFACE[theme].text}">${
      escapeXml(text)
    }</text>`;
  return `<g class="legend">${bars.join("")}${frame}${label(top, y + 8)}${
    label(bottom, y + height)
  }</g>`;
}

/** The whole document around what was drawn. */
export function svgDocument(
  options: { width: number; height: number; theme: Theme; label: string; content: string[] },
): string {
  const { theme, label, content } = options;
  const width = Math.ceil(options.width), height = Math.ceil(options.height);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" font-family="${FONT}" role="img" ` +
    `aria-label="${escapeXml(label)}">`,
    `<rect class="background" width="${width}" height="${height}" fill="${
      SURFACE[theme].background
    }"/>`,
    ...content,
    "</svg>\n",
  ].join("\n");
}

/** Writes a coordinate with at most two digits after the point. */
export function trim(value: number): string {
  return String(Math.round(value * 100) / 100);
}
