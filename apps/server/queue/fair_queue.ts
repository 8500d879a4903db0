import type { Row } from "./row.ts";

/** Rows that wait, those of each client in order; clients take turns. */
export class FairQueue<Item, Result> {
  readonly #clients = new Map<string, Row<Item, Result>[]>();
  #size = 0;

  /** How many rows wait. */
  get size(): number {
    return this.#size;
  }

  /** Adds a row behind those of the same client. */
  add(row: Row<Item, Result>): void {
    const rows = this.#clients.get(row.client);
    if (rows) rows.push(row);
    else this.#clients.set(row.client, [row]);
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
    for (let isMore = true; isMore && taken.length < most;) {
      isMore = false;
      for (const [client, waiting] of [...this.#clients]) {
        const row = waiting[0];
        if (taken.length >= most) break;
        if (taken.length > 0 && row.key !== taken[0].key) continue;
        if (taken.length > 0 && used + row.size > size) continue;
        waiting.shift();
        this.#size--;
        // The client goes behind the others, so that the next batch begins with somebody else.
        this.#clients.delete(client);
        if (waiting.length > 0) this.#clients.set(client, waiting);
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
    for (const [client, rows] of [...this.#clients]) {
      const left = rows.filter((row) => !row.signal?.aborted);
      if (left.length === rows.length) continue;
      removed.push(...rows.filter((row) => row.signal?.aborted));
      this.#size -= rows.length - left.length;
      if (left.length === 0) this.#clients.delete(client);
      else this.#clients.set(client, left);
    }
    return removed;
  }
}
