/**
 * Embeds the script and the style of the server's page, so that they load wherever the program does.
 *
 *     deno run --allow-read --allow-write --allow-run --allow-env scripts/server/embed_page.ts
 *
 * Bundles apps/server/page/client/main.ts with Deno, and writes it with page.css to
 * apps/server/page/_page_files.ts.
 */

const PAGE = new URL("../../apps/server/page/", import.meta.url);

/** Source of the module that holds the files. */
export async function embeddedPage(): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser", "--minify", "client/main.ts"],
    cwd: PAGE,
  }).output();
  if (!success) {
    throw new Error(`Cannot bundle the page: ${new TextDecoder().decode(stderr).trim()}`);
  }
  const script = new TextDecoder().decode(stdout).trim();
  const style = (await Deno.readTextFile(new URL("page.css", PAGE))).trim();
  return [
    "// Made by scripts/server/embed_page.ts of client/ and page.css; change those instead.",
    "// deno-fmt-ignore-file",
    `export const SCRIPT: string = ${JSON.stringify(script)};`,
    `export const STYLE: string = ${JSON.stringify(style)};`,
    "",
  ].join("\n");
}

if (import.meta.main) {
  await Deno.writeTextFile(new URL("_page_files.ts", PAGE), await embeddedPage());
}
