/**
 * Speed of the comparison report beside a plain bootstrap, in one run, on invented people:
 *   npx tsx tests/bench/evaluation.ts [people draws draws of the plain bootstrap]
 * Prints one JSON object. The plain bootstrap gathers the people of each draw and measures them from the start; its time
 * is extrapolated from few draws of one model. `largestDifference`: between the metrics of both over those draws, in all 18; fails where there is one.
 */
import { syntheticCareers, SyntheticMarket } from '../../src/career/index.ts';
import {
  type BaselineName,
  compareModels,
  evaluate,
  fitBaseline,
  metricNames,
  personDraws,
} from '../../src/evaluation/index.ts';
import { observationTable } from '../../src/evaluation/observationTable.ts';
import { TableMetrics } from '../../src/evaluation/tableMetrics.ts';
import { occ1990dd } from '../../src/occupation/index.ts';

const [peopleCount = 713, draws = 500, plainDraws = 20] = process.argv.slice(2).map(Number);
const { occupations } = occ1990dd;
const market = new SyntheticMarket(1, occupations);
const people = syntheticCareers({ people: peopleCount, seed: 2, market, occupations });
const training = syntheticCareers({ people: 500, seed: 3, market, occupations });
const names: readonly BaselineName[] = [
  'unigram',
  'transitions',
  'second-order',
  'own-history',
  'stay',
  'simple-mixture',
];
const models = names.map((name) => {
  const model = fitBaseline(name, training, occ1990dd);
  return { name, scores: people.map((person) => model.scoreCareer(person)) };
});

function seconds<T>(work: () => T): { value: T; seconds: number } {
  const start = performance.now();
  const value = work();
  return { value, seconds: (performance.now() - start) / 1000 };
}

const whole = seconds(() => compareModels(people, models, { draws, subgroupings: [] }));
const withGroups = seconds(() => compareModels(people, models, { draws }));

const [, { scores }] = models;
const samples = [...personDraws(people.length, plainDraws, 0)];
const plain = seconds(() =>
  samples.map((times) => {
    const drawn = Array.from(times, (count, person) => Array.from({ length: count }, () => person)).flat();
    return evaluate(
      drawn.map((person) => people[person]),
      drawn.map((person) => scores[person]),
      { draws: 0 },
    );
  }),
);
const table = new TableMetrics(observationTable(people, scores));
const differences = samples.flatMap((times, draw) => {
  const metrics = table.metrics(times);
  return metricNames.map((name) => Math.abs((metrics[name] ?? NaN) - (plain.value[draw][name] ?? NaN)));
});

const largestDifference = Math.max(...differences);
// What is no number is not below it either.
if (!(largestDifference < 1e-9)) throw new Error(`The metrics are ${largestDifference} apart.`);
const plainSeconds = (plain.seconds / plainDraws) * draws * models.length;
console.log(
  JSON.stringify({
    people: people.length,
    observations: whole.value.counts.observations,
    models: models.length,
    draws,
    seconds: whole.seconds,
    withSubgroupsSeconds: withGroups.seconds,
    subgroups: withGroups.value.subgroups.length,
    plainSeconds,
    ratio: plainSeconds / whole.seconds,
    largestDifference,
  }),
);
