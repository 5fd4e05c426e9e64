import 'fake-indexeddb/auto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { shippedResources } from '../../models/recipe/shippedResources.ts';
import {
  Average,
  type AverageFile,
  type BaselineFile,
  fromBaselineFile,
} from '../../src/evaluation/index.ts';
import type { LearningResources } from '../../src/predictors/preparedRun.ts';
import { defaultSettings } from '../../src/predictors/defaultSettings.ts';
import { tunedResources } from '../../src/predictors/opening.ts';
import { Answers } from '../../src/workbench/answers/answers.ts';
import type { AdapterFileSet, ModelReference, PanelRequest, PanelSummary } from '../../src/worker/index.ts';
import { deleteStores, learningPlace, syntheticRequest } from './nodeLearning.ts';

const bundled = await shippedResources();
const place = learningPlace(bundled);
/** How often each thing ran since it was last emptied. */
const ran: string[] = [];

/** The bundled model, whose runs are counted. */
const resources: LearningResources = {
  async runner() {
    const runner = await bundled.runner();
    const watched: typeof runner = Object.create(runner) as typeof runner;
    watched.run = (key, ...rest) => {
      ran.push(key.split(' ')[0]);
      return runner.run(key, ...rest);
    };
    return watched;
  },
  async languageModel() {
    const language = await bundled.languageModel();
    return {
      ...language,
      open: async (graph) => {
        const route = await language.open(graph);
        ran.push('opened');
        const dispose = route.dispose.bind(route);
        route.dispose = () => {
          ran.push('disposed');
          return dispose();
        };
        return route;
      },
    };
  },
};

const few: PanelRequest = {
  ...syntheticRequest,
  origin: { kind: 'synthetic', people: 40, seed: 4, occupations: 8 },
};
const ids: Record<string, string> = {};
let panel: PanelSummary;
let average: string;

async function train(kind: string, changes: object = {}, name: string = kind): Promise<void> {
  const settings = { ...defaultSettings(kind, panel), epochs: 1, ...changes };
  const run = await place.runs.create({ panel: panel.id, name, settings });
  await place.runs.train(run.id, () => undefined, undefined, new AbortController().signal);
  ids[name] = run.id;
}

/** A tuning person's career, and its last step as a question; `year` makes another question of it. */
async function question(year = 0) {
  const [person] = await place.panels.read(panel.id, 'tuning');
  const { observations, ...facts } = person;
  const { occupationCode: _code, title: _title, ...next } = observations[observations.length - 1];
  const history = { ...facts, observations: observations.slice(0, -1) };
  return { history, next: { ...next, year: next.year + year }, list: panel.list.list };
}

interface AverageCard {
  settings: {
    average: AverageFile;
    members: { name: string }[];
    tables: Record<string, BaselineFile>;
  };
}

function cardOf(files: AdapterFileSet): AverageCard {
  const card = files.find(({ name }) => name === 'adapter.json');
  return JSON.parse(new TextDecoder().decode(card?.content)) as AverageCard;
}

const answers = () => new Answers(resources, place.shelf, []);
const count = (what: string) => ran.filter((each) => each === what).length;

beforeAll(async () => {
  panel = await place.panels.add(few);
  const tuning = { rank: 1, topLayers: 1, tokensPerBatch: 512, learningRate: 3e-3 };
  await train('lora', tuning);
  await train('head');
  await train('head', { tuned: ids.lora }, 'tuned head');
  await train('career');
  await train('logit');
  await train('bag-of-jobs');
  const kept = await place.models.keepAverage({
    panel: panel.id,
    name: 'Both',
    of: [
      { name: 'CAREER', model: { kind: 'adapter', id: ids.career } },
      { name: 'Bag', model: { kind: 'adapter', id: ids['bag-of-jobs'] } },
      { name: 'Table', model: { kind: 'baseline', name: 'transitions' } },
    ],
  });
  average = kept.id;
}, 180_000);
afterAll(deleteStores);

describe('what is kept on this device', () => {
  it.each(['lora', 'head', 'tuned head', 'career', 'logit', 'bag-of-jobs'])(
    'answers about a career as it does about a panel: %s',
    async (name) => {
      const asked = await question();
      const { adapters, unanswered } = await answers().predict({ ...asked, adapters: [ids[name]] });
      expect(unanswered).toEqual([]);
      const [{ id, codes, probabilities, name: own }] = adapters;
      expect([id, own]).toEqual([ids[name], name]);
      expect(codes).toEqual(panel.list.list.occupations.map(({ code }) => code));
      const [person] = await place.panels.read(panel.id, 'tuning');
      const observed = codes.indexOf(person.observations.at(-1)?.occupationCode ?? '');
      const model: ModelReference = { kind: 'adapter', id };
      const [scored] = await place.models.scorePanel({ panel: panel.id, part: 'tuning', model });
      const ofPanel = Math.exp(scored.logProbs.at(-1) ?? NaN);
      // A language model by its titles is measured before it is renormalised to the list.
      if (name === 'lora') expect(probabilities[observed]).toBeGreaterThanOrEqual(ofPanel);
      else expect(probabilities[observed]).toBeCloseTo(ofPanel, 4);
    },
  );

  it('by LoRA is the language route of the tuned model', async () => {
    const asked = await question();
    const { adapters, renormalised } = await answers().predict({ ...asked, adapters: [ids.lora] });
    const { files } = await place.shelf.load(ids.lora);
    const there = await tunedResources(files, { resources: bundled, key: 'alone' });
    const tuned = (await (await there?.resources.languageModel())?.route.predict(asked))?.renormalised ?? [];
    await there?.dispose();
    expect([...adapters[0].probabilities]).toEqual([...tuned]);
    expect([...tuned]).not.toEqual([...renormalised]);
  });

  it('reads the tuned model with a head that was trained on LoRA', async () => {
    const { files, row } = await place.shelf.load(ids['tuned head']);
    const untuned = { row: { ...row, id: 'untuned' }, files: files.slice(0, 2) };
    place.shelf.keepHere(untuned);
    const asked = { ...(await question()), adapters: [row.id, 'untuned'] };
    const { adapters } = await answers().predict(asked);
    await place.shelf.delete('untuned');
    expect([...adapters[0].probabilities]).not.toEqual([...adapters[1].probabilities]);
  });

  it('is asked once a question, whoever else is an average of it', async () => {
    const models = answers();
    const adapters = [average, ids.career, ids['bag-of-jobs']];
    for (const year of [0, 1]) {
      const asked = await question(year);
      ran.length = 0;
      const told: string[] = [];
      const said = await models.predict({ ...asked, adapters }, ({ id }) => told.push(id));
      expect(said.adapters.map(({ id }) => id)).toEqual(adapters);
      expect(told.sort()).toEqual([...adapters, 'language-route'].sort());
      // One run of a graph for each of the two, though three answered.
      expect(ran).toHaveLength(2);
      ran.length = 0;
      await models.predict({ ...asked, adapters });
      expect(ran).toEqual([]);
    }
  });

  it('tells each answer before it asks the next model, the quickest first, an average after its members', async () => {
    // A clock that only these models move: CAREER is slow, the bag of jobs is quick, reading text takes no time at all.
    const now = vi
      .spyOn(performance, 'now')
      .mockImplementation(() => 50 * count('career') + 5 * (ran.length - count('career')));
    try {
      const models = answers();
      const adapters = [average, ids.career, ids['bag-of-jobs']];
      ran.length = 0;
      await models.predict({ ...(await question()), adapters });
      const told: string[] = [];
      const runs: number[] = [];
      ran.length = 0;
      await models.predict({ ...(await question(1)), adapters }, ({ id }) => {
        told.push(id);
        runs.push(ran.length);
      });
      expect(told).toEqual(['language-route', ids['bag-of-jobs'], ids.career, average]);
      expect(runs).toEqual([0, 1, 2, 2]);
    } finally {
      now.mockRestore();
    }
  });

  it('says beside its name why it cannot answer, and keeps nobody else from it', async () => {
    const { row, files } = await place.shelf.load(ids.career);
    const broken = files.map((file) => ({ ...file, content: file.content.slice(0, -3) }));
    place.shelf.keepHere({ row: { ...row, id: 'broken', name: 'Broken' }, files: broken });
    const models = answers();
    const asked = { ...(await question()), adapters: ['broken', ids.career, 'gone'] };
    const said = await models.predict(asked);
    await place.shelf.delete('broken');
    expect(said.adapters.map(({ id }) => id)).toEqual([ids.career]);
    const reasons = Object.fromEntries(said.unanswered.map(({ id, message }) => [id, message]));
    expect(reasons.broken).toMatch(/card|cut off/);
    expect(reasons.gone).toMatch(/no longer on this device/);
  });

  it('is let go of when it was deleted, and tuned decoders when others were asked for since', async () => {
    const models = answers();
    await train('career', {}, 'short-lived');
    const asked = { ...(await question()), adapters: [ids['short-lived']] };
    expect((await models.predict(asked)).adapters).toHaveLength(1);
    await place.shelf.delete(ids['short-lived']);
    expect((await models.predict(asked)).unanswered).toHaveLength(1);

    ran.length = 0;
    for (const name of ['lora', 'tuned head', 'career', 'logit', 'bag-of-jobs'])
      await models.predict({ ...(await question()), adapters: [ids[name]] });
    expect([count('opened'), count('disposed')]).toEqual([2, 2]);
  });
});

describe('an average that was kept', () => {
  it('is the weighted sum of its members, and is measured as one prediction after the other', async () => {
    const asked = await question();
    const adapters = [average, ids.career, ids['bag-of-jobs']];
    const [pooled, ...members] = (await answers().predict({ ...asked, adapters })).adapters;
    const { settings } = cardOf((await place.shelf.load(average)).files);
    const { list, history, next } = asked;
    const table = fromBaselineFile(settings.tables.transitions, list).probabilities(history, next);
    const weights = Average.fromFile(settings.average, list).weights(history, next).at(-1) ?? [];
    pooled.probabilities.forEach((probability, i) => {
      const parts = [...members.map(({ probabilities }) => probabilities[i]), table[i]];
      expect(probability).toBeCloseTo(
        parts.reduce((sum, part, m) => sum + weights[m] * part, 0),
        4,
      );
    });
    expect(pooled.probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
    const [person] = await place.panels.read(panel.id, 'tuning');
    const observed = pooled.codes.indexOf(person.observations.at(-1)?.occupationCode ?? '');
    const model: ModelReference = { kind: 'adapter', id: average };
    const [scored] = await place.models.scorePanel({ panel: panel.id, part: 'tuning', model });
    expect(pooled.probabilities[observed]).toBeCloseTo(Math.exp(scored.logProbs.at(-1) ?? NaN), 5);
  });

  it('has the figures of the report that it was kept from', async () => {
    const of: ModelReference[] = [
      { kind: 'adapter', id: ids.career },
      { kind: 'adapter', id: ids['bag-of-jobs'] },
      { kind: 'baseline', name: 'transitions' },
    ];
    const models = [
      { name: 'Of the report', model: { kind: 'average', of } as const },
      { name: 'Kept', model: { kind: 'adapter', id: average } as const },
    ];
    const report = await place.models.compare({ panel: panel.id, part: 'test', models, draws: 10 });
    const [first, second] = report.models.map(({ metrics }) => metrics.perplexity ?? NaN);
    expect(second / first).toBeCloseTo(1, 4);
  });

  it('names its members by the hash of their weights, and brings them along to another device', async () => {
    const files = await place.models.exportAdapter(average);
    expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
    expect(files).toHaveLength(6);
    const { settings } = cardOf(files);
    expect(settings.average.models).toEqual([
      expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      'tables:transitions',
    ]);
    expect(settings.members.map(({ name }) => name)).toEqual(['CAREER', 'Bag', 'Table']);

    const before = (await place.models.listAdapters()).length;
    const again = await place.models.importAdapter('Again', files);
    expect((await place.models.listAdapters()).length).toBe(before + 1);
    await place.models.deleteAdapter(again.id);

    const members = [ids.career, ids['bag-of-jobs']];
    const asked = await question();
    const [here] = (await answers().predict({ ...asked, adapters: [average] })).adapters;
    for (const id of members) await place.shelf.delete(id);
    const [missing] = (await answers().predict({ ...asked, adapters: [average] })).unanswered;
    expect(missing.message).toMatch(/needs its member “CAREER”.*Import/);
    await expect(place.models.exportAdapter(average)).rejects.toThrow(/needs its member “CAREER”/);
    const alone = files.filter(({ name }) => !name.startsWith('member-'));
    await expect(place.models.importAdapter('Alone', alone)).rejects.toThrow(/needs its member “CAREER”/);

    const imported = await place.models.importAdapter('From a friend', files);
    const names = (await place.models.listAdapters()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['From a friend', 'CAREER', 'Bag']));
    const [there] = (await answers().predict({ ...asked, adapters: [imported.id] })).adapters;
    expect([...there.probabilities]).toEqual([...here.probabilities]);
  });
});
