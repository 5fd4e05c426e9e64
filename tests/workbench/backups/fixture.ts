import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Visit } from './visit.ts';

const inFixtures = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/backups/${name}`, import.meta.url));
/** Written by the last build before the house was cut by kinds of model: see `write.ts.txt` beside it. */
export const backupFile = inFixtures('before-the-house.zip');
export const fixtureFile = inFixtures('before-the-house.json');

/** What the build that wrote the backup makes of it. */
export interface Fixture {
  /** Of that build. */
  commit: string;
  runtime: string;
  /** Name and revision of the one that heads and LoRA stand on. */
  languageModel: string;
  /** `answer`: probabilities of a tuning person's last step. */
  adapters: { name: string; kind: string; source: string; answer: number[] }[];
  runs: ResumedRun[];
}

/** An open run that was trained to its end. */
export interface ResumedRun {
  name: string;
  kind: string;
  /** Where it stood in the backup. */
  step: number;
  totalSteps: number;
  tuningPerplexities: number[];
  /** SHA-256 of its adapter's files of weights, by name. */
  weights: Record<string, string>;
}

type OpenRun = Awaited<ReturnType<Visit['runs']['list']>>[number];

/** Trains it to its end. Throws what says why it cannot be. */
export async function resumed({ runs, models }: Visit, run: OpenRun): Promise<ResumedRun> {
  const signal = new AbortController().signal;
  const ended = await runs.train(run.id, () => undefined, undefined, signal);
  const files = await models.exportAdapter(run.id);
  const weights = files.filter(({ name }) => name.endsWith('.safetensors'));
  const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
  return {
    name: run.name,
    kind: run.settings.kind,
    step: run.step,
    totalSteps: run.totalSteps,
    tuningPerplexities: ended.epochs.map(({ tuningPerplexity }) => tuningPerplexity),
    weights: Object.fromEntries(weights.map(({ name, content }) => [name, sha256(content)])),
  };
}

/** What the build at hand makes of a device that holds nothing but the backup. */
export async function whatItMakes(device: Visit): Promise<Omit<Fixture, 'commit' | 'runtime'>> {
  const [panel] = await device.panels.list();
  const adapters: Fixture['adapters'] = [];
  for (const { id, name, kind, source } of (await device.models.listAdapters()).reverse())
    adapters.push({ name, kind, source, answer: await device.answer(id, panel.id) });
  const runs: ResumedRun[] = [];
  for (const run of (await device.runs.list()).reverse())
    if (run.phase === 'interrupted') runs.push(await resumed(device, run));
  return { languageModel: device.languageModel, adapters, runs };
}
