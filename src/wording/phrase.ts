/** A piece of a message: plain, or within a tag that says how it is rendered. */
export interface Piece {
  /** Null for plain text. */
  tag: string | null;
  text: string;
}

/** `Read <link>how</link>.` as three pieces. Tags do not nest; what is no pair of tags stays as it is. */
export function pieces(message: string): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of message.matchAll(/<(\w+)>(.*?)<\/\1>/gs)) {
    if (match.index > end) found.push({ tag: null, text: message.slice(end, match.index) });
    found.push({ tag: match[1] ?? null, text: match[2] ?? '' });
    end = match.index + match[0].length;
  }
  if (end < message.length) found.push({ tag: null, text: message.slice(end) });
  return found;
}

/** A message as one reads it aloud: for names, files and the command line. */
export function withoutTags(message: string): string {
  return pieces(message)
    .map(({ text }) => text)
    .join('');
}
