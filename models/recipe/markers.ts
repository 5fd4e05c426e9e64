/**
 * Marker tokens: the phrases of the template, each year and each education level, as one token each.
 * They keep their delimiters inside (`2003 (`, `high school diploma or GED):`), because added tokens
 * of `tokenizer.json` also match inside words.
 */

/** The template's grammar, tried in order at each position of a template text. */
const phrases: readonly RegExp[] = [
  /<[^>\n]*>\n?/y,
  /The following information is available about the work history of a/y,
  / (?:fe)?male(?= )/y,
  /(?: [A-Za-z][A-Za-z ]*?)? US worker(?:\.\n)?/y,
  / residing in the [a-z- ]+ region\.\n/y,
  /The worker was born in \d{4}\.\n/y,
  /The worker has the following records of work experience[^\n]*:\n/y,
  /\d{4} \(/y,
  /(?<=\()[^()\n]*\):/y,
  /\n/y,
  / is a kind of:/y,
  / does this:/y,
];

/** Cuts a template text into phrases; what no phrase matches is returned one character at a time. */
export function phrasesOf(text: string): string[] {
  const found: string[] = [];
  for (let position = 0; position < text.length;) {
    const phrase = phrases
      .map((pattern) => {
        pattern.lastIndex = position;
        return pattern.exec(text)?.[0] ?? '';
      })
      .find((match) => match !== '');
    found.push(phrase ?? text[position]);
    position += found[found.length - 1].length;
  }
  return found;
}

/** Years of birth and of record lines that have a token each, seen in training or not. */
const birthYears = range(1900, 2015);
const recordYears = range(1925, 2045);

/**
 * The markers of a corpus: every phrase that occurs at least `minimumCount` times in its template
 * texts, and all years. Sorted, so that the same corpus gives the same ids.
 */
export function collectMarkers(templateTexts: Iterable<string>, minimumCount: number): string[] {
  const counts = new Map<string, number>();
  for (const text of templateTexts)
    for (const phrase of phrasesOf(text)) counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
  const frequent = [...counts].filter(([phrase, count]) => phrase.length > 1 && count >= minimumCount);
  return [
    ...new Set([
      ...birthYears.map((year) => `The worker was born in ${year}.\n`),
      ...recordYears.map((year) => `${year} (`),
      ...frequent.map(([phrase]) => phrase),
      '\n',
    ]),
  ].sort();
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
