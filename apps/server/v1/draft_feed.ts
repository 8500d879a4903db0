/** The drafts of a sentence, for whoever comes to them: only the newest counts. */
export class DraftFeed {
  #newest = "";
  #told = "";
  #wake = () => {};
  #first = Promise.withResolvers<void>();

  /** Resolves when there is a draft. */
  get begun(): Promise<void> {
    return this.#first.promise;
  }

  /** Takes a draft. */
  readonly take = (draft: string): void => {
    this.#newest = draft;
    this.#first.resolve();
    this.#wake();
  };

  /**
   * Gives drafts as they come.
   *
   * @param end What they are drafts of; when it is settled there are no more.
   */
  async *until(end: Promise<unknown>): AsyncGenerator<string> {
    let isOver = false;
    const over = () => {
      isOver = true;
      this.#wake();
    };
    end.then(over, over);
    await Promise.resolve(); // of what is settled already no draft is of use
    while (!isOver) {
      if (this.#newest !== this.#told) yield this.#told = this.#newest;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}
