import { baselineNames } from '../evaluation/index.ts';
import { shippedNames } from './modelSource.ts';
import { runKinds } from './runKinds.ts';

export const usage = `npm run lab -- predict FILE [options]
npm run lab -- evaluate PANEL.csv[.gz] --model NAME [options]
npm run lab -- train PANEL.csv[.gz] --model KIND --out DIR [options]
npm run lab -- experiment [NAME] --train PANEL --test PANEL [options]
npm run lab -- bench [--base FOLDER] [options]

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
  --save FILE        the whole distribution before every observation, as FILE.csv or FILE.parquet:
                     person_id, observation, year, observed_code, and p_CODE for each occupation;
                     the language route’s are scaled to sum to 1 over the list
  --hidden-states    with --save: h0, h1, … too, the language model’s state before every
                     observation, where the model reads one
  --draws N          bootstrap draws over people (default 500)
  --seed N           seed of the bootstrap (default 0)

train      Trains a model on the people of a panel, a tenth of whom decide when it stops (of
           the NLSY97 those whose id ends in 7), and writes its weights and its card.
  --model KIND       ${runKinds.join(', ')}
  --out DIR          where its files go; --model DIR is then a model that answers
  --seed N           seed of everything random in it (default 1)

experiment Answers one of the paper's questions with error bars and paired differences, as a table
           on stderr; without a name it lists them.
  --train PANEL      whom models learn from; some of them, as in train, decide when they stop
  --test PANEL       who is only reported on
  --other [NAME=]PANEL
                     another population, for questions about one, and what its text calls it
                     (default: another dataset); repeatable, for a population of several files
  --population NAME  what the text calls the people of --train and --test
  --list NAME        what is predicted: occ1990dd (default), or frequency: the titles of --train
                     that ten people have had, the others as one
  --people N         at most so many people, drawn by the seed, their parts in proportion
  --epochs N         at most so many epochs of each model
  --quick            a first look: --people 300 --epochs 3
  --draws N          bootstrap draws over people (default 500)
  --out DIR          NAME.json (the report), NAME.csv (every metric and difference), NAME.txt
  --seed N           seed of everything random in it (default 1)

bench      How fast a model is here: the first answer after a cold and a warm start, texts and single
           tokens per second, whole answers, memory, and what the device could do at best; as a
           table on stderr.
  --runs N           how often each thing is timed, where time allows (default 5)
  --out DIR          bench.json, bench.csv

predict, evaluate, train and experiment
  --set NAME=VALUE   a setting other than the app's own, e.g. --set epochs=4; repeatable
                     (experiment: for all models that have it, but not what is compared)

Models
  --model NAME       what ships: language-route, ${shippedNames.join(', ')} (best: the
                     average of what ships);
                     tables: ${baselineNames.join(', ')};
                     trained first, on --train: ${runKinds.join(', ')};
                     or the folder that train has written to;
                     or names and folders with + between them, e.g. career+logit+mixture:
                     their average, weighted by the tuning people of --train
                     (default of predict: language-route)
  --train PANEL      people that it learns from (tables: the fitted mixture that ships)
  --base NAME        the language model under it: onward (default: it comes with the app), or a
                     model's folder on disk (npm run model:shapes makes some), which is stored
                     in a fresh profile first
  --dtype NAME       which form of that folder's weights, where it has several
  --device NAME      webgpu or wasm (default: what the app would choose)
`;
