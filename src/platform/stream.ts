/** What a stream gives, piece by piece. Safari cannot go through a stream with `for await` itself. */
export async function* chunksOf<T>(stream: ReadableStream<T>): AsyncGenerator<T, void, void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever stops early has no use for the rest.
    await reader.cancel().catch(() => undefined);
  }
}
