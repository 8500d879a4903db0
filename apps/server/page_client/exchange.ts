/// <reference lib="dom" />
import { element } from "./page.ts";
import { keyHeaders } from "./server_settings.ts";

/** Shows a request as a command that makes it. */
export function showRequest(path: string, body: unknown): void {
  const json = JSON.stringify(body, null, 2).replaceAll("'", "'\\''");
  const url = new URL(path, document.baseURI);
  // The key itself is nobody's business who looks at the screen.
  const key = keyHeaders().Authorization ? "  -H 'Authorization: Bearer YOUR_KEY' \\\n" : "";
  element("request").textContent =
    `curl -s '${url}' \\\n${key}  -H 'Content-Type: application/json' \\\n  -d '${json}'`;
  element("response").textContent = "";
}

/** Shows what is asked of the browser itself, which is no request. */
export function showLocalRequest(what: string, body: unknown): void {
  element("request").textContent = `# ${what}\n${JSON.stringify(body, null, 2)}`;
  element("response").textContent = "";
}

/** Shows an answer. Attention is many numbers, which nobody reads here. */
export function showResponse(answer: unknown): void {
  const shorten = (key: string, value: unknown) => key === "attention" ? "…" : value;
  element("response").textContent = JSON.stringify(answer, shorten, 2);
}
