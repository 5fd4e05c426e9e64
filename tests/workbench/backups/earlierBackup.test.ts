import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { backupFile, type Fixture, fixtureFile, resumed } from './fixture.ts';
import { deleteStores, visit } from './visit.ts';

const fixture = JSON.parse(readFileSync(fixtureFile, 'utf8')) as Fixture;
const minutes = 60_000;

/** A device that holds nothing but the backup. */
async function restored(otherModel = false) {
  const device = await visit(otherModel);
  await device.store.backup.import(new Blob([readFileSync(backupFile)]), 'keep-both');
  const [panel] = await device.panels.list();
  return { ...device, panel };
}

type Device = Awaited<ReturnType<typeof restored>>;

async function openRun({ runs }: Device, name: string) {
  const run = (await runs.list()).find((each) => each.name === name);
  if (!run) throw new Error(`The backup holds no run “${name}”.`);
  return run;
}

/** Heads, LoRA and averages are of the language model that came with the app then. */
const standsOnModel = ({ kind }: { kind: string }) => ['head', 'lora', 'average'].includes(kind);
const hasSameModel = (await visit()).languageModel === fixture.languageModel;
const isComparable = (each: { kind: string }) => hasSameModel || !standsOnModel(each);
const namesOf = (all: readonly { name: string }[]) => all.map(({ name }) => name).sort();

afterEach(deleteStores);

describe('a backup of an earlier build', () => {
  it('brings every kind of model, an open run of each kind that is trained, a panel, a career and a draft', async () => {
    const { models, runs, panels, panel, stored } = await restored();
    const adapters = await models.listAdapters();
    expect(namesOf(adapters)).toEqual(namesOf(fixture.adapters));
    expect(new Set(adapters.map(({ kind }) => kind))).toEqual(
      new Set(['career', 'head', 'lora', 'logit', 'bag-of-jobs', 'average']),
    );
    const open = (await runs.list()).filter(({ phase }) => phase === 'interrupted');
    expect(namesOf(open)).toEqual(namesOf(fixture.runs));
    expect(new Set(open.map(({ settings }) => settings.kind))).toEqual(
      new Set(['career', 'head', 'lora', 'logit', 'bag-of-jobs']),
    );
    expect(open.every(({ hasPanel }) => hasPanel)).toBe(true);
    expect(panel).toMatchObject({ name: 'Invented people', people: 60, isStored: true });
    expect(await panels.read(panel.id, 'test')).toHaveLength(panel.parts.test.people);
    const [career] = await stored.listCareers();
    expect(career).toMatchObject({ name: 'A career' });
    expect(await stored.loadCareer(career.id)).toMatchObject({ isAsSaved: true });
    expect(await stored.keepsDrafts()).toBe(true);
    expect(await stored.loadDraft()).toMatchObject({ name: 'Unsaved work' });
    stored.close();
  });

  it(
    'brings models that answer as they did',
    async () => {
      const device = await restored();
      const adapters = await device.models.listAdapters();
      for (const { name, answer } of fixture.adapters.filter(isComparable)) {
        const id = adapters.find((each) => each.name === name)?.id ?? '';
        const now = await device.answer(id, device.panel.id);
        expect(now.reduce((sum, probability) => sum + probability)).toBeCloseTo(1, 6);
        expect(now).toHaveLength(answer.length);
        now.forEach((probability, place) => expect(probability, name).toBeCloseTo(answer[place], 5));
      }
    },
    5 * minutes,
  );

  it.each(fixture.runs.filter(isComparable))(
    'goes on with $name to the same bytes',
    async (expected) => {
      const device = await restored();
      expect(await resumed(device, await openRun(device, expected.name))).toEqual(expected);
    },
    5 * minutes,
  );

  it.each(fixture.runs.filter(standsOnModel))(
    'with another language model says why $name cannot go on, and loses nothing of it',
    async ({ name }) => {
      const device = await restored(true);
      const run = await openRun(device, name);
      const before = await device.store.runs.checkpoints(run.id);
      await expect(resumed(device, run)).rejects.toMatchObject({
        code: 'bad-input',
        message: expect.stringMatching(/began with another language model/) as string,
      });
      expect(await device.store.runs.checkpoints(run.id)).toEqual(before);
      expect(await openRun(device, name)).toMatchObject({ phase: 'interrupted', step: run.step });
    },
    5 * minutes,
  );
});
