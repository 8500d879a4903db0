/** A server-sent event. */
export interface SentEvent {
  /** Its name. */
  readonly event: string;
  /** What it says. */
  readonly data: string;
}

/** Reads server-sent events as they come. */
export async function* eventsOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<SentEvent, void> {
  let waiting = "";
  // Not every browser can loop over a stream.
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      const events = (waiting + value).split("\n\n");
      waiting = events.pop()!;
      for (const text of events) yield readEvent(text);
    }
  } finally {
    reader.cancel().catch(() => {}); // who leaves the loop wants no more of it
  }
}

function readEvent(text: string): SentEvent {
  const fields = text.split("\n").map((line) => {
    const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line)!;
    return { name, value };
  });
  const data = fields.filter(({ name }) => name === "data").map(({ value }) => value);
  const event = fields.find(({ name }) => name === "event")?.value ?? "message";
  return { event, data: data.join("\n") };
}
