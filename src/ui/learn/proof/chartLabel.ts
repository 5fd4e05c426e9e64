/** Pixels that a letter of a chart's labels takes, a little more than on average. */
const letterWidth = 8.2;

export interface ChartLabel {
  lines: readonly string[];
  /** Where its left edge goes, in pixels. */
  x: number;
}

/** Words in lines that fit into the chart, near `x` but inside; a word that is too long alone stands over. */
export function chartLabel(text: string, x: number, width: number): ChartLabel {
  const most = Math.max(8, Math.floor(width / letterWidth));
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const longest = Math.max(...lines.map(({ length }) => length)) * letterWidth;
  return { lines, x: Math.max(0, Math.min(x, width - longest)) };
}
