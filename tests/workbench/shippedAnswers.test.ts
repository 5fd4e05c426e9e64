import 'fake-indexeddb/auto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedResources } from '../../models/recipe/shippedResources.ts';
import {
  type Average,
  type BaselineFile,
  fitAverage,
  fitBaseline,
  fromBaselineFile,
  StayCalibration,
  toBaselineFile,
} from '../../src/evaluation/index.ts';
import { type AdapterFiles, exportAdapter } from '../../src/predictors/files/adapterFile.ts';
import { AppError } from '../../src/platform/index.ts';
import type { AdapterSummary, PanelSummary, PredictRequest } from '../../src/worker/index.ts';
import { defaultSettings } from '../../src/predictors/defaultSettings.ts';
import { readAdapter } from '../../src/predictors/files/readAdapter.ts';
import { shippedSummary } from '../../src/predictors/opening.ts';
import { renormalisedRoute } from '../../src/predictors/language/routeModel.ts';
import type { LearningResources } from '../../src/predictors/preparedRun.ts';
import { Answers } from '../../src/workbench/answers/answers.ts';
import { deleteStores, learningPlace, syntheticRequest } from './nodeLearning.ts';

const bundled = await shippedResources();
const place = learningPlace(bundled);
const shipped = new Map<string, AdapterFiles>();
let panel: PanelSummary;
let average: Average;
let tuning: Awaited<ReturnType<typeof place.panels.read>>;
let mixture: () => Promise<BaselineFile>;

/** The bundled model with what this test ships beside it. */
const resources: LearningResources = {
  runner: () => bundled.runner(),
  languageModel: async () => ({ ...(await bundled.languageModel()), shipped, mixture: () => mixture() }),
};

const summaries = (): AdapterSummary[] => [...shipped].map(([name, files]) => shippedSummary(name, files));
/** Of all that ships, or those asked for. */
const answersTo = (asked: PredictRequest, by = resources) =>
  new Answers(by, place.shelf, summaries()).predict(asked);
const total = (probs: ArrayLike<number>) => Array.from(probs).reduce((sum, prob) => sum + prob, 0);

/** A tuning person's career, and its last step as a question. */
function question() {
  const { observations, ...person } = tuning[0];
  const { occupationCode: _code, title: _title, ...next } = observations[observations.length - 1];
  return { history: { ...person, observations: observations.slice(0, -1) }, next, list: panel.list.list };
}

beforeAll(async () => {
  panel = await place.panels.add(syntheticRequest);
  const { list } = panel.list;
  const settings = { ...defaultSettings('career', panel), epochs: 3 };
  const run = await place.runs.create({ panel: panel.id, name: 'CAREER', settings });
  await place.runs.train(run.id, () => undefined, undefined, new AbortController().signal);
  const career = await readAdapter((await place.shelf.load(run.id)).files);
  shipped.set('career', await exportAdapter(career));

  tuning = await place.panels.read(panel.id, 'tuning');
  const tables = fitBaseline('mixture', await place.panels.read(panel.id, 'fitting'), list);
  const file = toBaselineFile(tables);
  mixture = () => Promise.resolve(file);
  const ofCareer = await place.models.scorePanel({
    panel: panel.id,
    part: 'tuning',
    model: { kind: 'adapter', id: run.id },
  });
  const route = renormalisedRoute((await bundled.languageModel()).route, list);
  const scores = [
    ofCareer,
    tuning.map((person) => tables.scoreCareer(person)),
    await route.score(tuning, list),
  ];
  average = fitAverage(['career', 'mixture', 'language-route'], tuning, scores, list);
  const about = { ...career.about, kind: 'average' as const, name: 'Best' };
  const card = (stay: object) => ({
    about: { ...about, settings: { average: average.toFile(), ...stay } },
    tensors: new Map(),
  });
  shipped.set('best', await exportAdapter(card({})));
  const stayCalibration = StayCalibration.fit(tuning, ofCareer).toFile();
  shipped.set('calibrated', await exportAdapter(card({ stayCalibration })));
}, 120_000);

afterAll(deleteStores);

describe('what came with the language model', () => {
  it('answers beside it, an average as the weighted sum of its members', async () => {
    const asked = question();
    const { adapters: answers } = await answersTo(asked);
    expect(answers.map(({ id }) => id)).toEqual(['shipped/career', 'shipped/best', 'shipped/calibrated']);
    for (const { codes, probabilities } of answers) {
      expect(codes).toEqual(panel.list.list.occupations.map(({ code }) => code));
      expect(total(probabilities)).toBeCloseTo(1, 5);
    }
    const [career, best] = answers;
    const { route } = await bundled.languageModel();
    const language = (await route.predict(asked)).renormalised;
    const file = await mixture();
    const tables = fromBaselineFile(file, panel.list.list).probabilities(asked.history, asked.next);
    const weights = average.weights(asked.history, asked.next).at(-1) ?? [];
    expect(total(weights)).toBeCloseTo(1, 9);
    best.probabilities.forEach((probability, place) => {
      const parts = [career.probabilities[place], tables[place], language[place]];
      const expected = parts.reduce((sum, part, m) => sum + weights[m] * part, 0);
      expect(probability).toBeCloseTo(expected, 5);
    });
  });

  it('corrects P(stay) where its card says how, and nothing of the proportions of the others', async () => {
    const asked = question();
    const ids = ['shipped/best', 'shipped/calibrated'];
    const {
      adapters: [best, calibrated],
    } = await answersTo({ ...asked, adapters: ids });
    const previous = best.codes.indexOf(asked.history.observations.at(-1)?.occupationCode ?? '');
    const others = best.codes.map((_, place) => place).filter((place) => place !== previous);
    const ratios = others.map((place) => calibrated.probabilities[place] / best.probabilities[place]);
    expect(calibrated.probabilities[previous]).not.toBeCloseTo(best.probabilities[previous], 4);
    for (const ratio of ratios) expect(ratio).toBeCloseTo(ratios[0], 9);
  });

  it('answers for its own list only, and says why not', async () => {
    const { list, ...asked } = question();
    const other = await answersTo(asked);
    expect(other.adapters).toEqual([]);
    expect(other.codes).toHaveLength(333);
    expect(other.unanswered.map(({ id, list: own }) => [id, own?.occupations.length])).toEqual(
      summaries().map(({ id }) => [id, list.occupations.length]),
    );
  });

  it('says of what cannot be fetched why, and asks for it again', async () => {
    const asked = question();
    let isOffline = true;
    const offline: LearningResources = {
      ...resources,
      languageModel: async () => ({
        ...(await resources.languageModel()),
        mixture: () => (isOffline ? Promise.reject(new AppError('download-failed', 'Offline')) : mixture()),
      }),
    };
    const models = new Answers(offline, place.shelf, summaries());
    const some = await models.predict(asked);
    expect(some.adapters.map(({ id }) => id)).toEqual(['shipped/career']);
    expect(some.unanswered.map(({ id, code, message }) => [id, code, message])).toEqual([
      ['shipped/best', 'download-failed', 'Offline'],
      ['shipped/calibrated', 'download-failed', 'Offline'],
    ]);
    isOffline = false;
    expect((await models.predict(asked)).unanswered).toEqual([]);
  });

  it('is measured on a panel as one prediction after the other', async () => {
    const { panels, models } = learningPlace(resources);
    await panels.add(syntheticRequest);
    const model = { kind: 'adapter', id: 'shipped/best' } as const;
    const [scored] = await models.scorePanel({ panel: panel.id, part: 'tuning', model });
    const {
      adapters: [best],
    } = await answersTo({ ...question(), adapters: ['shipped/best'] });
    const observed = best.codes.indexOf(tuning[0].observations.at(-1)?.occupationCode ?? '');
    expect(Math.exp(scored.logProbs.at(-1) ?? NaN)).toBeCloseTo(best.probabilities[observed], 4);
    await expect(models.deleteAdapter('shipped/best')).rejects.toThrow(/cannot be deleted/);
  });

  it('is what CAREER goes on from', async () => {
    const again = learningPlace(resources);
    const { id } = await again.panels.add(syntheticRequest);
    const settings = {
      ...defaultSettings('career', panel),
      pretrained: 'shipped/career',
    };
    const run = await again.runs.create({ panel: id, name: 'On', settings });
    const events: number[] = [];
    const tell = (event: { kind: string; loss?: number }) =>
      event.kind === 'step' && events.push(event.loss ?? NaN);
    await again.runs.train(run.id, tell, 1, new AbortController().signal);
    const started = await again.runs.create({
      panel: id,
      name: 'New',
      settings: { ...settings, pretrained: null },
    });
    await again.runs.train(started.id, tell, 1, new AbortController().signal);
    expect(events[0]).toBeLessThan(0.8 * events[1]);
  });
});
