import type { Row } from "./row.ts";

/** What rows of one request have in common; those without a signal count as one. */
type Request = AbortSignal | undefined;

/** Rows that wait, those of each request in order; clients take turns, and so do the requests of each. */
export class FairQueue<Item, Result> {
  readonly #clients = new Map<string, Map<Request, Row<Item, Result>[]>>();
  #size = 0;

  /** How many rows wait. */
  get size(): number {
    return this.#size;
  }

  /** Adds a row behind those of the same request. */
  add(row: Row<Item, Result>): void {
    let requests = this.#clients.get(row.client);
    if (!requests) this.#clients.set(row.client, requests = new Map());
    const rows = requests.get(row.signal);
    if (rows) rows.push(row);
    else requests.set(row.signal, [row]);
    this.#size++;
  }

  /**
   * Takes rows that are worked on alike, one of each client in turn.
   *
   * @param limits Most rows, and their size together at most; one row is always taken.
   * @returns The rows; none when none waits.
   */
  take(
    { rows: most, size }: { readonly rows: number; readonly size: number },
  ): Row<Item, Result>[] {
    const taken: Row<Item, Result>[] = [];
    let used = 0;
    const fits = (row: Row<Item, Result>) =>
      taken.length === 0 || row.key === taken[0].key && used + row.size <= size;
    for (let isMore = true; isMore && taken.length < most;) {
      isMore = false;
      for (const [client, requests] of [...this.#clients]) {
        if (taken.length >= most) break;
        const row = takeFrom(requests, fits);
        if (row === undefined) continue;
        this.#size--;
        // The client goes behind the others, so that the next batch begins with somebody else.
        this.#clients.delete(client);
        if (requests.size > 0) this.#clients.set(client, requests);
        taken.push(row);
        used += row.size;
        isMore = true;
      }
    }
    return taken;
  }

  /** Takes the rows out for which nobody waits any more. */
  removeAborted(): Row<Item, Result>[] {
    const removed: Row<Item, Result>[] = [];
    for (const [client, requests] of this.#clients) {
      for (const [request, rows] of requests) {
        if (!request?.aborted) continue;
        removed.push(...rows);
        requests.delete(request);
      }
      if (requests.size === 0) this.#clients.delete(client);
    }
    this.#size -= removed.length;
    return removed;
  }
}

/** Takes the first row of the first request whose row fits; the request goes behind the others. */
function takeFrom<Item, Result>(
  requests: Map<Request, Row<Item, Result>[]>,
  fits: (row: Row<Item, Result>) => boolean,
): Row<Item, Result> | undefined {
  for (const [request, rows] of requests) {
    if (!fits(rows[0])) continue;
    requests.delete(request);
    const row = rows.shift();
    if (rows.length > 0) requests.set(request, rows);
    return row;
  }
  return undefined;
}
