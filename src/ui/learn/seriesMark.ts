/** How a model looks in a chart: its colour, and the outline of its marker around (0, 0), about 10 pixels wide. */
export interface SeriesMark {
  colour: string;
  /** For `d` of an SVG path. */
  path: string;
}

/** Of the tokens `--series-0` … */
const colours = 6;
/** Each of about the same area. */
const paths = [
  // Circle, square, triangle, diamond, cross, triangle that stands on its tip.
  'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z',
  'M-4 -4h8v8h-8z',
  'M0 -5.5l5.2 9h-10.4z',
  'M0 -5.7l5.7 5.7l-5.7 5.7l-5.7 -5.7z',
  'M-1.8 -5.4h3.6v3.6h3.6v3.6h-3.6v3.6h-3.6v-3.6h-3.6v-3.6h3.6z',
  'M0 5.5l5.2 -9h-10.4z',
];

/** As many models can be told apart in one chart; the next one would look like the first. */
export const mostSeries = colours * paths.length;

/** The mark of the model at this place of a chart: neighbours differ in both, and no two of `mostSeries` share both. */
export function seriesMark(index: number): SeriesMark {
  const colour = index % colours;
  const shape = (colour + Math.floor(index / colours)) % paths.length;
  return { colour: `var(--series-${colour})`, path: paths[shape] ?? '' };
}
