import { baselineNames } from '../evaluation/index.ts';

export const usage = `npm run lab -- predict FILE [options]
npm run lab -- evaluate PANEL.csv[.gz] --model NAME [options]

Runs the built app without a window. One JSON object on stdout, progress on stderr.
npm itself writes a banner to stdout; npm run --silent lab -- … does not.

predict    A probability for every occupation that could come next in one career.
  FILE               our own JSON, a table of jobs or years, or a person-year panel
  --person ID        which person of the file
  --year YEAR        the year to predict (default: the year after the last one)
  --education LEVEL  education in that year (default: the last one known)
  --top N            only the N most probable occupations

evaluate   How probable a model found what happened, over all people of a panel.
  PANEL              columns as in a person-year panel: person_id, year, education,
                     occupation_code, occupation_title, …
  --full             top1 of the language route, too: the exact most probable occupation
                     of every observation, by search (slow; baselines always have it)
  --out DIR          log probability of every observation, as CSV
  --draws N          bootstrap draws over people (default 500)
  --seed N           seed of the bootstrap (default 0)

Both
  --model NAME       language-route, ${baselineNames.join(', ')}
                     (default of predict: language-route)
  --train PANEL      people that a baseline learns from (default: the fitted mixture that ships)
  --device NAME      webgpu or wasm (default: what the app would choose)
`;
