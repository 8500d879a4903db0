/** A length before each message, as browsers talk to native programs. */
const LENGTH_BYTES = 4;

/** What the program answers. */
interface Answer {
  readonly success: boolean;
  readonly error?: string;
  readonly data?: { readonly target?: { readonly text: string } };
}

/** translateLocally as browsers' extensions run it: it stays loaded, and translates one text after the other. */
export class NativeMessages implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  #read = new Uint8Array(0);
  #asked = 0;

  /** Starts the program that a command runs. */
  constructor(command: Deno.Command) {
    this.#child = command.spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reader = this.#child.stdout.getReader();
  }

  /** Translates a text between the languages of its one model for them. */
  async translate(text: string, { from, to }: { from: string; to: string }): Promise<string> {
    const id = ++this.#asked;
    await this.#send({
      command: "Translate",
      id,
      data: { src: from, trg: to, text, html: false },
    });
    const { error, data } = await this.#receive();
    if (data?.target) return data.target.text;
    throw new Error(`Cannot translate with translateLocally: ${error ?? "it gave no text"}`);
  }

  /** Ends the program. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    await this.#reader.cancel();
    await this.#child.status;
  }

  async #send(message: unknown): Promise<void> {
    const body = new TextEncoder().encode(JSON.stringify(message));
    const bytes = new Uint8Array(LENGTH_BYTES + body.length);
    new DataView(bytes.buffer).setUint32(0, body.length, true);
    bytes.set(body, LENGTH_BYTES);
    await this.#writer.write(bytes);
  }

  async #receive(): Promise<Answer> {
    const length = new DataView((await this.#take(LENGTH_BYTES)).buffer).getUint32(0, true);
    return JSON.parse(new TextDecoder().decode(await this.#take(length)));
  }

  async #take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#read.length < count) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("Cannot translate with translateLocally: it has ended");
      const joined = new Uint8Array(this.#read.length + value.length);
      joined.set(this.#read);
      joined.set(value, this.#read.length);
      this.#read = joined;
    }
    const taken = this.#read.slice(0, count);
    this.#read = this.#read.slice(count);
    return taken;
  }
}
