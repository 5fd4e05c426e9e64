import { baselineNames } from '../evaluation/index.ts';
import { runKinds, shippedNames } from './modelSource.ts';

export const usage = `npm run lab -- predict FILE [options]
npm run lab -- evaluate PANEL.csv[.gz] --model NAME [options]
npm run lab -- train PANEL.csv[.gz] --model KIND --out DIR [options]

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

train      Trains a model on the people of a panel, a tenth of whom decide when it stops (of
           the NLSY97 those whose id ends in 7), and writes its weights and its card.
  --model KIND       ${runKinds.join(', ')}
  --out DIR          where its files go; evaluate --model DIR reads them
  --seed N           seed of everything random in it (default 1)

evaluate and train
  --set NAME=VALUE   a setting other than the app's own, e.g. --set epochs=4; repeatable

Models
  --model NAME       what ships: language-route, ${shippedNames.join(', ')} (best: the
                     average of what ships);
                     tables: ${baselineNames.join(', ')};
                     trained first, on --train: ${runKinds.join(', ')};
                     or the folder that train has written to
                     (default of predict: language-route)
  --train PANEL      people that it learns from (tables: the fitted mixture that ships)
  --device NAME      webgpu or wasm (default: what the app would choose)
`;
