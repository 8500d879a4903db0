/**
 * Embeds the page of `attentionHtml`, so that it loads wherever the package does.
 *
 *     deno run --allow-read --allow-write scripts/visualize/embed_page.ts
 *
 * Joins packages/visualize/page/*.js to one script, in the order in which they need each other, and
 * writes it with the style sheet and the markup to packages/visualize/_page_files.ts.
 */

const PACKAGE = new URL("../../packages/visualize/", import.meta.url);

/** Every file comes after those that it imports. */
const SCRIPTS = [
  "attention_data",
  "page_state",
  "elements",
  "head_view",
  "model_view",
  "token_view",
  "main",
];

/** Source of the module that holds the page. */
export async function embeddedPage(): Promise<string> {
  const read = (name: string) => Deno.readTextFile(new URL(`page/${name}`, PACKAGE));
  const scripts = await Promise.all(SCRIPTS.map((name) => read(`${name}.js`)));
  const known = new Set(SCRIPTS);
  for await (const { name } of Deno.readDir(new URL("page/", PACKAGE))) {
    if (!name.endsWith(".js") || name.endsWith("_test.js") || known.has(name.slice(0, -3))) {
      continue;
    }
    throw new Error(`Cannot embed the page: ${name} is not in the list of its scripts`);
  }
  const script = scripts.map(asPart).join("\n");
  if (/<\/script|<!--/i.test(script)) {
    throw new Error("Cannot embed the page: its script has a sequence that ends a script element");
  }
  const style = (await read("page.css")).trim();
  // Quotes and comments around a place only please those who format and check the file.
  const html = (await read("page.html"))
    .replace(/\s*\/\* \{\{(\w+)\}\} \*\/\s*/g, "{{$1}}")
    .replace('"{{data}}"', "{{data}}");
  return [
    "// Made by scripts/visualize/embed_page.ts of the files in page/; change those instead.",
    "// deno-fmt-ignore-file",
    `export const HTML: string = ${literal(html)};`,
    `export const STYLE: string = ${literal(style)};`,
    `export const SCRIPT: string = ${literal(script)};`,
    "",
  ].join("\n");
}

/** A module as part of a larger one: imports and types for the editor fall away. */
function asPart(source: string): string {
  return source
    .replace(/^import \{[^}]*\} from "\.\/\w+\.js";\n/gm, "")
    .replace(/^export /gm, "")
    .replace(/^\/\/\/? (@ts-check|<reference .*)\n/gm, "")
    .replace(/^ *\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n/gm, "")
    .replace(/\/\*\*(?:(?!\*\/)[\s\S])*\*\/ ?/g, "")
    .trim();
}

function literal(text: string): string {
  return `\`${text.replace(/[\\`]|\$\{/g, "\\$&")}\``;
}

if (import.meta.main) {
  await Deno.writeTextFile(new URL("_page_files.ts", PACKAGE), await embeddedPage());
}
