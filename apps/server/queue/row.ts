/** Something that waits for a model. */
export interface Row<Item, Result> {
  /** Who asked: rows of different clients take turns. */
  readonly client: string;
  /** What the model is given. */
  readonly item: Item;
  /** How large it is, such as its tokens. */
  readonly size: number;
  /** Rows share a batch where this is alike. */
  readonly key: string;
  /** Set when nobody waits for the row any more; one for each request, which take turns, too. */
  readonly signal: AbortSignal | undefined;
  /** Gives the row's result. */
  resolve(result: Result): void;
  /** Says why there is none. */
  reject(reason: unknown): void;
}
