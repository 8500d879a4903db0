/**
 * Turns the SVG of `@heed/visualize` into PNG, with resvg as WebAssembly.
 *
 * @example
 * ```ts
 * import { svgToPng } from "@heed/visualize/png";
 * import { assertEquals } from "@std/assert";
 *
 * const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text>a</text></svg>';
 * const png = await svgToPng(svg);
 * assertEquals([...png.subarray(1, 4)], [..."PNG"].map((letter) => letter.charCodeAt(0)));
 * ```
 *
 * @module
 */
import { files } from "@heed/checkpoint";
import { initWasm, Resvg } from "@resvg/resvg-wasm";

/** How {@linkcode svgToPng} draws. */
export interface PngOptions {
  /** Pixels for each unit of the SVG, above 0 and at most 8. Default 2. */
  readonly scale?: number;
  /**
   * Bytes of TrueType or OpenType fonts for characters that DejaVu Sans lacks, such as Chinese,
   * Japanese and Korean ones.
   */
  readonly fonts?: readonly Uint8Array[];
  /** Bytes of resvg's `index_bg.wasm` where its package cannot be found. */
  readonly wasm?: Uint8Array<ArrayBuffer>;
  /** Bytes of the main font where the package `dejavu-fonts-ttf` cannot be found. */
  readonly mainFont?: Uint8Array;
}

/** More pixels than this would not fit into resvg's memory. */
const MOST_PIXELS = 100e6;

let started: Promise<void> | undefined;
let font: Promise<Uint8Array> | undefined;

/**
 * Draws an SVG to a PNG, with the font DejaVu Sans and no network.
 *
 * The font and resvg are read from their packages in the cache of the runtime. DejaVu Sans has the
 * letters of Europe, Arabic, Hebrew, Armenian and Georgian and many signs; give `fonts` for more.
 *
 * @param svg A whole SVG document.
 * @param options Scale and more fonts.
 * @returns The bytes of the PNG.
 * @throws {RangeError} When the scale is out of range or the picture would be too large.
 * @throws {SyntaxError} When the SVG is not well-formed.
 *
 * @example
 * ```ts
 * import { svgToPng } from "@heed/visualize/png";
 * import { assertEquals } from "@std/assert";
 *
 * const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"/>';
 * const png = await svgToPng(svg, { scale: 3 });
 * assertEquals(new DataView(png.buffer).getUint32(16), 120); // pixels across
 * ```
 */
export async function svgToPng(svg: string, options: PngOptions = {}): Promise<Uint8Array> {
  const { scale = 2, fonts = [] } = options;
  if (!(scale > 0 && scale <= 8)) {
    throw new RangeError(`Cannot draw a PNG with scale ${scale}: give a number above 0, up to 8`);
  }
  started ??= start(options.wasm);
  await started.catch((error) => {
    started = undefined; // the next call may bring the bytes
    throw error;
  });
  const main = options.mainFont ?? await (font ??= readPackageFile(FONT));
  const resvg = parse(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: {
      fontBuffers: [main, ...fonts],
      defaultFontFamily: "DejaVu Sans",
      sansSerifFamily: "DejaVu Sans",
    },
  });
  try {
    const pixels = resvg.width * resvg.height * scale ** 2;
    if (pixels > MOST_PIXELS) {
      throw new RangeError(
        `Cannot draw a PNG of ${resvg.width * scale} x ${resvg.height * scale} pixels: ` +
          "give a smaller scale or fewer tokens",
      );
    }
    const image = resvg.render();
    try {
      return image.asPng();
    } finally {
      image.free();
    }
  } finally {
    resvg.free();
  }
}

function parse(
  svg: string,
  options: ConstructorParameters<typeof Resvg>[1],
): InstanceType<typeof Resvg> {
  try {
    return new Resvg(svg, options);
  } catch (error) {
    throw new SyntaxError(`Cannot draw the SVG as PNG: ${String(error)}`, { cause: error });
  }
}

async function start(wasm?: Uint8Array<ArrayBuffer>): Promise<void> {
  await initWasm(wasm ?? await readPackageFile(WASM));
}

/** Files of npm packages: by the import map or `node_modules`, else by Deno's own specifier. */
const WASM = () => [
  () => import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm"),
  () => import.meta.resolve("npm:@resvg/resvg-wasm@^2.6.2/index_bg.wasm"),
];
const FONT = () => [
  () => import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"),
  () => import.meta.resolve("npm:dejavu-fonts-ttf@^2.37.3/ttf/DejaVuSans.ttf"),
];

async function readPackageFile(places: () => (() => string)[]): Promise<Uint8Array<ArrayBuffer>> {
  const failures: string[] = [];
  for (const place of places()) {
    try {
      return await files.readBytes(new URL(place()));
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new Error(
    `Cannot draw a PNG: a file of its packages was not found; give its bytes in the options ` +
      `wasm and mainFont (${failures.join("; ")})`,
  );
}

/** Never called: it makes the package of the font a dependency that is installed and cached. */
export const _fontPackage = (): Promise<unknown> =>
  import("dejavu-fonts-ttf/package.json", { with: { type: "json" } });
