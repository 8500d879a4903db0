/// <reference lib="dom" />
import { element } from "./page.ts";

/** Shows a request as a command that makes it. */
export function showRequest(path: string, body: unknown): void {
  const json = JSON.stringify(body, null, 2).replaceAll("'", "'\\''");
  const url = new URL(path, document.baseURI);
  element("request").textContent =
    `curl -s '${url}' \\\n  -H 'Content-Type: application/json' \\\n  -d '${json}'`;
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
