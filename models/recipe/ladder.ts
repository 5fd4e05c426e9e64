/**
 * `npx tsx models/recipe/ladder.ts`: how good the models of careers are on NLSY97, one beside the other and averaged.
 * CAREER and the tables learn from the training people; the tuning people decide when CAREER stops and what an average
 * weighs; validation people are reported on, once a run. About 5 minutes on two cores. Prints one JSON object.
 */
import * as ort from 'onnxruntime-node';
import type { CareerHistory } from '../../src/career/index.ts';
import {
  evaluate,
  fitAverage,
  fitBaseline,
  packRows,
  scoreRows,
  type ScoredCareer,
} from '../../src/evaluation/index.ts';
import {
  CareerModel,
  CareerTask,
  covariateFields,
  GraphRunner,
  HeadModel,
  headParameters,
  PanelEncoding,
  titleLogits,
  TrainingRun,
} from '../../src/learning/index.ts';
import { decoderParameters, elementCount, toFloat16 } from '../../src/onnx/index.ts';
import { occ1990dd } from '../../src/occupation/index.ts';
import { LanguageRoute } from '../../src/worker/languageRoute.ts';
import { titleTokens } from '../../src/worker/tokenizedCareer.ts';
import { nlsy97, nlsy97Validation } from './populations.ts';
import { requireData } from './sources.ts';
import { openShippedModel } from './shippedModel.ts';
import { sessionOptions } from './trainer.ts';

requireData();
const { training, tuning } = nlsy97();
const validation = nlsy97Validation();
const encoding = PanelEncoding.of(training, occ1990dd);
const runner = new GraphRunner({ ort, sessionOptions });
const occupations = occ1990dd.occupations.length;
type Scores = Record<'tuning' | 'validation', ScoredCareer[]>;

async function ofBoth(score: (people: readonly CareerHistory[]) => Promise<ScoredCareer[]>): Promise<Scores> {
  return { tuning: await score(tuning), validation: await score(validation) };
}

/** Reads scores off each person's `[observations × occupations]` distributions. */
const scoresOf = (people: readonly CareerHistory[], rows: readonly Float32Array[]): ScoredCareer[] =>
  scoreRows(people, occ1990dd, packRows(rows, occupations));

/** The language model by its titles, and the head before it has learned anything: its own title logits, in two stages. */
async function languageModel(): Promise<{ route: Scores; head: Scores }> {
  const { model, session, tokenizer } = await openShippedModel();
  const route = new LanguageRoute(session, tokenizer);
  const { hiddenSize } = session.sizes;
  const config = {
    hiddenSize,
    occupations,
    rank: 1,
    alpha: 1,
    previousRank: 1,
    wholeTitles: false,
    covariateRows: encoding.covariateRows,
    covariateFields: covariateFields.length,
  };
  const table = decoderParameters(model).get('model.embed_tokens.weight') ?? new Float32Array();
  const titles = occ1990dd.occupations.map(({ title }) => titleTokens(tokenizer, title));
  const theta = headParameters(config).flatMap(({ name, shape }) =>
    new Array<number>(elementCount(shape)).fill(name === 'norm.weight' ? 1 : 0),
  );
  const head = new HeadModel(
    config,
    titleLogits(titles, table, hiddenSize),
    Float32Array.from(theta),
    runner,
  );
  const byTitles = async (people: readonly CareerHistory[]) => {
    const scores: ScoredCareer[] = [];
    for (const person of people) scores.push(await route.scoreCareer(person));
    return scores;
  };
  const byStates = async (people: readonly CareerHistory[]) => {
    const read = [];
    for (const person of people)
      read.push({
        career: encoding.encode(person),
        hiddenStates: toFloat16(await route.hiddenStates(person)),
      });
    return scoresOf(people, await head.probabilities(read));
  };
  return { route: await ofBoth(byTitles), head: await ofBoth(byStates) };
}

async function career(seed: number): Promise<Scores> {
  const encoded = (people: readonly CareerHistory[]) => people.map((person) => encoding.encode(person));
  const task = new CareerTask(encoding, encoded(training), encoded(tuning), {
    seed,
    hiddenSize: 128,
    layers: 4,
    heads: 4,
    intermediateSize: 512,
    positions: 24,
    ownHistory: false,
    dropout: 0.35,
    batchSize: 32,
    optimizer: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 },
  });
  const schedule = { peak: 1e-3, warmupSteps: 200, decay: 'linear' } as const;
  const run = new TrainingRun(task, { epochs: 10, patience: 4, schedule }, runner);
  for await (const event of run.events())
    if (event.kind === 'epoch')
      console.error(`CAREER ${seed}: tuning ${Math.exp(event.tuningNll).toFixed(3)}`);
  const { best } = await run.checkpoint();
  const model = new CareerModel(encoding, task.config, best, runner);
  return ofBoth(async (people) => scoresOf(people, await model.probabilities(encoded(people))));
}

const mixture = fitBaseline('mixture', training, occ1990dd);
const { route, head } = await languageModel();
const models: Record<string, Scores> = {
  'language route': route,
  'language model, renormalised': head,
  mixture: await ofBoth((people) => Promise.resolve(people.map((person) => mixture.scoreCareer(person)))),
  CAREER: await career(1),
  'CAREER, second seed': await career(2),
};

const figures = (scores: Scores) => {
  const of = (people: readonly CareerHistory[], own: readonly ScoredCareer[], draws: number) => {
    const report = evaluate(people, own, { draws });
    const { perplexity, perplexityLaterObservations, first, stay, moveAuc, moveEce } = report;
    return {
      perplexity,
      perplexityLaterObservations,
      first,
      stay,
      return: report.return,
      new: report.new,
      moveAuc,
      moveEce,
      standardError: report.standardErrors.perplexity,
    };
  };
  return {
    tuning: evaluate(tuning, scores.tuning, { draws: 0 }).perplexity,
    validation: of(validation, scores.validation, 200),
  };
};
const averaged = (names: readonly string[]): Scores => {
  const average = fitAverage(
    names,
    tuning,
    names.map((name) => models[name].tuning),
    occ1990dd,
  );
  const pooled = (part: keyof Scores, people: readonly CareerHistory[]) =>
    people.map((person, p) =>
      average.score(
        person,
        names.map((name) => models[name][part][p]),
      ),
    );
  return { tuning: pooled('tuning', tuning), validation: pooled('validation', validation) };
};
const averages = [
  ['language model, renormalised', 'mixture'],
  ['language model, renormalised', 'CAREER'],
  ['language model, renormalised', 'CAREER', 'mixture'],
  ['language model, renormalised', 'CAREER', 'CAREER, second seed', 'mixture'],
];
const ladder = {
  ...Object.fromEntries(Object.entries(models).map(([name, scores]) => [name, figures(scores)])),
  ...Object.fromEntries(averages.map((names) => [names.join(' + '), figures(averaged(names))])),
};
console.log(JSON.stringify(ladder, null, 1));
process.exit(0);
