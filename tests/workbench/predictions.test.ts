import 'fake-indexeddb/auto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedResources } from '../../models/recipe/shippedResources.ts';
import { defaultSettings } from '../../src/predictors/defaultSettings.ts';
import type { PanelSummary } from '../../src/storage/learningRows.ts';
import type { ModelReference, PredictionsRequest } from '../../src/workbench/index.ts';
import { readPredictions, type ReadPrediction } from '../fixtures/predictionFiles.ts';
import { deleteStores, learningPlace, never, quiet, syntheticRequest } from './nodeLearning.ts';

const resources = await shippedResources();
const place = learningPlace(resources);
let panel: PanelSummary;
let head: ModelReference;

beforeAll(async () => {
  panel = await place.panels.add({
    ...syntheticRequest,
    origin: { kind: 'synthetic', people: 60, seed: 4, occupations: 8 },
  });
  const settings = { ...defaultSettings('head', panel), epochs: 1 };
  const run = await place.runs.create({ panel: panel.id, name: 'head', settings });
  await place.runs.train(run.id, quiet, undefined, never);
  head = { kind: 'adapter', id: run.id };
}, 60_000);
afterAll(deleteStores);

const saved = (model: ModelReference, format: 'csv' | 'parquet', hiddenStates = false) =>
  place.models.savePredictions({ panel: panel.id, part: 'test', model, format, hiddenStates });

const probabilityOf = ({ probabilities, observedCode }: ReadPrediction): number =>
  probabilities.get(`p_${observedCode}`) ?? NaN;

const table: ModelReference = { kind: 'baseline', name: 'transitions' };
const route: ModelReference = { kind: 'language-route' };

describe('predictions of held-out people', () => {
  it.each(['csv', 'parquet'] as const)('have the perplexity that the report has (%s)', async (format) => {
    const models = [table, head, { kind: 'average', of: [table, head] } as const];
    const report = await place.models.compare({
      panel: panel.id,
      part: 'test',
      models: models.map((model, i) => ({ name: String(i), model })),
      draws: 0,
    });
    for (const [i, model] of models.entries()) {
      const { file, observations, isRenormalised } = await saved(model, format);
      const rows = await readPredictions(file, format);
      expect(rows).toHaveLength(observations);
      expect(observations).toBe(report.counts.observations);
      expect(isRenormalised).toBe(false);
      const nll = rows.reduce((sum, row) => sum - Math.log(probabilityOf(row)), 0) / rows.length;
      expect(Math.exp(nll)).toBeCloseTo(report.models[i].metrics.perplexity ?? NaN, 6);
      for (const { probabilities } of rows) {
        expect(probabilities.size).toBe(panel.list.list.occupations.length);
        expect([...probabilities.values()].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
      }
    }
  });

  it('are of the same people in the same order in both formats', async () => {
    const [csv, parquet] = await Promise.all([saved(head, 'csv', true), saved(head, 'parquet', true)]);
    expect(await readPredictions(csv.file, 'csv')).toEqual(await readPredictions(parquet.file, 'parquet'));
  });

  it('hold the state of the language model that a head reads, and none of a table', async () => {
    const { file, hiddenSize } = await saved(head, 'parquet', true);
    const language = await resources.languageModel();
    expect(hiddenSize).toBe(language.hiddenSize);
    const [row] = await readPredictions(file, 'parquet');
    const [person] = (await place.panels.open(panel.id)).people.test;
    expect(row).toMatchObject({ personId: person.personId, year: person.observations[0].year });
    const states = await language.route.hiddenStates(person);
    row.states.forEach((value, i) => expect(value).toBeCloseTo(states[i], 2));
    expect(row.states).toHaveLength(language.hiddenSize);
    expect((await saved(table, 'csv', true)).hiddenSize).toBeNull();
  });

  it('of the language model’s titles are divided by what it gives the whole list', async () => {
    const { file, isRenormalised, hiddenSize } = await saved(route, 'csv', true);
    expect(isRenormalised).toBe(true);
    expect(hiddenSize).toBe((await resources.languageModel()).hiddenSize);
    const rows = await readPredictions(file, 'csv');
    const [person] = (await place.panels.open(panel.id)).people.test;
    const { list } = panel.list;
    const raw = await (await resources.languageModel()).route.titleLogProbs(person, list);
    const first = [...raw.subarray(0, list.occupations.length)].map(Math.exp);
    const mass = first.reduce((sum, value) => sum + value, 0);
    [...rows[0].probabilities.values()].forEach((value, j) => expect(value).toBeCloseTo(first[j] / mass, 5));
    const both = await saved({ kind: 'average', of: [route, table] }, 'csv');
    expect(both.isRenormalised).toBe(true);
    const [pooled] = await readPredictions(both.file, 'csv');
    expect([...pooled.probabilities.values()].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
  });

  it('tell people as progress, and stop when they are asked to', async () => {
    const people = panel.parts.test.people;
    const told: number[] = [];
    const request: PredictionsRequest = {
      panel: panel.id,
      part: 'test',
      model: table,
      format: 'csv',
      hiddenStates: false,
    };
    await place.models.savePredictions(request, (done) => told.push(done));
    expect(told.at(-1)).toBe(people);
    const aborted = place.models.savePredictions(request, undefined, AbortSignal.abort());
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
  });
});
