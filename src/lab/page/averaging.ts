import type { CareerHistory } from '../../career/index.ts';
import { baselineNames } from '../../evaluation/index.ts';
import type { DevicePreference, LearningConnection, ModelReference } from '../../worker/index.ts';
import { runKinds } from '../runKinds.ts';
import type { AdapterScores, PlainAverage } from './bridge.ts';
import { modelReference, plain, type Tell, trainedOn, withLearning } from './learning.ts';

/** What the average says about every observation of these people, in their order. */
export async function scoreByAverage(
  average: PlainAverage,
  careers: readonly CareerHistory[],
  device: DevicePreference,
  tell: Tell,
): Promise<AdapterScores> {
  return withLearning(device, tell, async (learning) => {
    const { panel, model } = await trainedAverage(average, careers, learning, tell);
    const scores = await learning.scorePanel({ panel, part: 'test', model }, (scored) => tell({ scored }));
    const byId = new Map(scores.map((score) => [score.personId, score]));
    const { report } = await learning.device();
    return { scores: careers.map(({ personId }) => plain(personId, byId.get(personId))), device: report };
  });
}

/** Members learn on the learners, whose tuning people fit the weights; `careers` are the panel's test people. */
export async function trainedAverage(
  { of, learners, settings, seed }: PlainAverage,
  careers: readonly CareerHistory[],
  learning: LearningConnection,
  tell: Tell,
): Promise<{ panel: string; model: Extract<ModelReference, { kind: 'average' }> }> {
  const panel = await learning.addPanel({
    name: 'learners, and people',
    origin: { kind: 'careers', careers: [...learners, ...careers] },
    split: { seed, testPeople: careers.map(({ personId }) => personId) },
  });
  const members: ModelReference[] = [];
  for (const member of of) {
    const name = typeof member === 'string' ? member : member.name;
    tell({ status: `Member ${members.length + 1} of ${of.length}: ${name}` });
    members.push(
      typeof member === 'string'
        ? await memberNamed(name, panel.id, { settings, seed }, learning, tell)
        : await modelReference(member, learning, tell),
    );
  }
  return { panel: panel.id, model: { kind: 'average', of: members } };
}

async function memberNamed(
  name: string,
  panel: string,
  { settings, seed }: Pick<PlainAverage, 'settings' | 'seed'>,
  learning: LearningConnection,
  tell: Tell,
): Promise<ModelReference> {
  if (name === 'language-route') return { kind: 'language-route' };
  const baseline = baselineNames.find((each) => each === name);
  if (baseline) return { kind: 'baseline', name: baseline };
  const kind = runKinds.find((each) => each === name);
  if (!kind) return { kind: 'adapter', id: `shipped/${name}` };
  const usual = await learning.defaultSettings(kind, panel);
  const own = Object.fromEntries(Object.entries(settings).filter(([setting]) => setting in usual));
  const run = await trainedOn(panel, { kind, settings: own, seed }, learning, tell);
  return { kind: 'adapter', id: run.id };
}
