/**
 * Line and scatter plots as SVG, drawn by Vega-Lite without a browser.
 *
 * @example
 * ```ts
 * import { plotSvg } from "@heed/visualize/plot";
 * import { assert } from "@std/assert";
 *
 * const svg = await plotSvg({
 *   title: "Loss",
 *   x: { title: "step" },
 *   y: { title: "loss" },
 *   series: [{ name: "train", points: [[0, 6.2], [100, 4.1], [200, 3.3]] }],
 * });
 * assert(svg.startsWith("<svg"));
 * ```
 *
 * @module
 */
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { displayToken } from "./label.ts";
import { SURFACE, type Theme } from "./ramp.ts";
import { seriesColor } from "./series_color.ts";

/** An axis of a plot. */
export interface PlotAxis {
  /** What it shows, with its unit. */
  readonly title: string;
  /** `log` needs values above 0. Default `linear`. */
  readonly scale?: "linear" | "log";
  /** Whether the axis begins at 0; only for `linear`. Default false. */
  readonly fromZero?: boolean;
}

/** One line or cloud of points. */
export interface PlotSeries {
  /** Name in the legend and beside the last point. */
  readonly name: string;
  /** Points as `[x, y]`; a line joins them by x. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What {@linkcode plotSvg} draws. */
export interface Plot {
  /** Heading; none by default. */
  readonly title?: string;
  /** Lines with points, or points alone. Default `line`. */
  readonly mark?: "line" | "scatter";
  /** Horizontal axis. */
  readonly x: PlotAxis;
  /** Vertical axis. */
  readonly y: PlotAxis;
  /** At least one, each with its own name. */
  readonly series: readonly PlotSeries[];
  /** How series are named: beside their last point, in a legend, or both. Default `direct`. */
  readonly labels?: "direct" | "legend" | "both";
  /** Width without axes. Default 480. */
  readonly width?: number;
  /** Height without axes. Default 280. */
  readonly height?: number;
  /** Light or dark surroundings. Default `light`. */
  readonly theme?: Theme;
}

const SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"];

/**
 * Draws a line or scatter plot; series differ in colour and in the shape of their points.
 *
 * @param plot Axes, series and looks.
 * @returns A whole SVG document.
 * @throws {RangeError} When there are no series or points, when a point is not finite, when two
 * series have one name, or when a value is not above 0 on a logarithmic axis.
 *
 * @example
 * ```ts
 * import { plotSvg } from "@heed/visualize/plot";
 * import { assertRejects } from "@std/assert";
 *
 * const axes = { x: { title: "length" }, y: { title: "BLEU" } };
 * await assertRejects(() => plotSvg({ ...axes, series: [] }), RangeError);
 * ```
 */
export async function plotSvg(plot: Plot): Promise<string> {
  checkPlot(plot);
  const view = new View(parse(compile(specify(plot)).spec), { renderer: "none" });
  try {
    return await view.toSVG() + "\n";
  } finally {
    view.finalize();
  }
}

function checkPlot({ series, x, y }: Plot): void {
  const fail = (reason: string): never => {
    throw new RangeError(`Cannot draw the plot: ${reason}`);
  };
  if (!series.some(({ points }) => points.length > 0)) fail("there are no points; give some");
  if (new Set(series.map(({ name }) => name)).size < series.length) {
    fail("two series have the same name; give each its own");
  }
  for (const { name, points } of series) {
    for (const point of points) {
      if (!point.every(Number.isFinite)) fail(`series ${name} has the point (${point.join(", ")})`);
      for (const [axis, value] of [[x, point[0]], [y, point[1]]] as const) {
        if (axis.scale !== "log" || value > 0) continue;
        fail(
          `series ${name} has ${value} on the logarithmic axis ${axis.title}; it must be above 0`,
        );
      }
    }
  }
}

function specify(plot: Plot): TopLevelSpec {
  const { series, theme = "light", mark = "line", labels = "direct" } = plot;
  const { background, text, faint } = SURFACE[theme];
  const names = series.map(({ name }) => displayToken(name));
  const values = series.flatMap(({ points }, i) =>
    points.map(([x, y]) => ({ x, y, series: names[i] }))
  );
  const last = series.flatMap(({ points }, i) => {
    if (points.length === 0) return [];
    const [x, y] = points.reduce((best, point) => point[0] >= best[0] ? point : best);
    return [{ x, y, series: names[i] }];
  });
  const axis = ({ title, scale = "linear", fromZero = false }: PlotAxis) => ({
    type: "quantitative" as const,
    title,
    scale: { type: scale, nice: true, zero: scale === "linear" ? fromZero : undefined },
  });
  const legend = labels === "direct" ? null : { title: null };
  const scale = { domain: names, range: names.map((_, i) => seriesColor(i, theme)) };
  const color = { field: "series", type: "nominal" as const, scale, legend };
  const shape = {
    field: "series",
    type: "nominal" as const,
    scale: { domain: names, range: names.map((_, i) => SHAPES[i % SHAPES.length]) },
    legend,
  };
  const place = {
    x: { field: "x", ...axis(plot.x) },
    y: { field: "y", ...axis(plot.y) },
  };
  const isDense = values.length / series.length > 40;
  return {
    width: plot.width ?? 480,
    height: plot.height ?? 280,
    padding: 12,
    background,
    title: plot.title === undefined
      ? undefined
      : { text: displayToken(plot.title), anchor: "start" },
    layer: [
      ...(mark === "line"
        ? [{
          data: { values },
          mark: { type: "line" as const, strokeWidth: 2 },
          encoding: { ...place, color },
        }]
        : []),
      ...(mark === "line" && isDense ? [] : [{
        data: { values },
        mark: {
          type: "point" as const,
          filled: true,
          size: 45,
          opacity: mark === "line" ? 1 : 0.7,
        },
        encoding: { ...place, color, shape },
      }]),
      ...(labels === "legend" ? [] : [{
        data: { values: last },
        mark: {
          type: "text" as const,
          align: "left" as const,
          dx: 8,
          fontSize: 12,
          fontWeight: "bold" as const,
        },
        encoding: {
          ...place,
          color: { ...color, legend: null },
          text: { field: "series", type: "nominal" as const },
        },
      }]),
    ],
    config: {
      font: "system-ui, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif",
      view: { stroke: null },
      title: { color: text, fontSize: 15, offset: 14 },
      axis: {
        labelColor: text,
        titleColor: text,
        tickColor: faint,
        domainColor: faint,
        gridColor: faint,
        gridOpacity: 0.25,
        labelFontSize: 11,
        titleFontSize: 12,
        titleFontWeight: "normal",
        titlePadding: 8,
      },
      legend: { labelColor: text, labelFontSize: 12 },
    },
  };
}
