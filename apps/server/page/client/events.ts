/** An event of a stream. */
export interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Reads the events of an answer, as they come. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  let rest = "";
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    .getReader();
  while (true) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += value;
    const events = rest.split("\n\n");
    rest = events.pop()!;
    for (const event of events) yield parse(event);
  }
}

function parse(text: string): ServerEvent {
  const fields = new Map(
    text.split("\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
  );
  return {
    event: fields.get("event") ?? "message",
    data: JSON.parse(fields.get("data") ?? "null"),
  };
}
