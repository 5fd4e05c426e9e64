/** A sentence, or how one is made of its values. Tags such as `<strong>…</strong>` in it are rendered by `Phrase`. */
export type Message = string | ((...values: never[]) => string);

/** The messages of one part of the app, by key. */
export type Words = Readonly<Record<string, Message>>;

/** The same keys with the same values, in any language. */
export type Translated<English extends Words> = {
  readonly [Key in keyof English]: English[Key] extends (...values: infer Values) => string
    ? (...values: Values) => string
    : string;
};

/** A language: what its file in messages/languages/ exports. A message that it lacks is said in English. */
export interface Language {
  /** BCP 47: `de`, `pt-BR`. */
  readonly tag: string;
  /** What its speakers call it. */
  readonly name: string;
  /** Messages by part. */
  readonly parts: Readonly<Record<string, Words | undefined>>;
}

export const english: Language = { tag: 'en', name: 'English', parts: {} };

let spoken = english;
let onRead = (): void => undefined;
const listeners = new Set<() => void>();

/** The messages of one part, given in English; each is read in the language spoken at that moment. */
export function catalogue<const English extends Words>(part: string, words: English): Translated<English> {
  return new Proxy(words, {
    get(_, key) {
      if (typeof key === 'symbol') return undefined;
      onRead();
      return spoken.parts[part]?.[key] ?? words[key];
    },
  }) as unknown as Translated<English>;
}

/** Speaks `language` from now on, and tells whoever listens. */
export function speak(language: Language): void {
  spoken = language;
  for (const listener of listeners) listener();
}

/** BCP 47 tag of the language spoken: for `Intl`. */
export function spokenTag(): string {
  onRead();
  return spoken.tag;
}

/** Calls `listener` after each change of language until the function returned is called. */
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Calls `track` whenever words are read, so that a page can render them again when the language changes. */
export function trackReading(track: () => void): void {
  onRead = track;
}
