import type { CareerHistory } from '../../career/index.ts';
import { type NextStep, occ1990dd, type OccupationList } from '../../occupation/index.ts';
import { AppError } from '../../platform/index.ts';
import type { DevicePreference, LearningConnection, OnwardConnection } from '../../worker/index.ts';
import { trainedAverage } from './averaging.ts';
import type { PlainAnswer, PlainModel } from './bridge.ts';
import { base, modelReference, type Tell, withLearning } from './learning.ts';

/**
 * What any model says about one step of one career, over the list that it predicts. Throws `bad-input` with its own words where
 * it cannot be opened here.
 */
export async function predictWith(
  connection: OnwardConnection,
  model: PlainModel,
  { history, next }: { history: CareerHistory; next: NextStep },
  device: DevicePreference,
  tell: Tell,
): Promise<PlainAnswer> {
  // What is trained or imported lies on this profile's disk from then on, where the worker that predicts finds it.
  const id = await withLearning(device, tell, (learning) => adapterId(model, learning, tell));
  const report = await connection.start(device, () => undefined, undefined, base());
  const ask = async (list: OccupationList) => ({
    list,
    prediction: await connection.predict({ history, next, list, adapters: [id] }),
  });
  let { list, prediction } = await ask(occ1990dd);
  const own = prediction.unanswered.find((each) => each.id === id)?.list;
  if (own) ({ list, prediction } = await ask(own));
  const answer = prediction.adapters.find((each) => each.id === id);
  if (!answer) {
    const [why] = prediction.unanswered;
    throw new AppError(why?.code ?? 'internal', why?.message ?? 'The model did not answer.');
  }
  return {
    occupations: list.occupations.map(({ code, title }) => ({ code, title })),
    probabilities: [...answer.probabilities],
    device: report.device,
    seconds: prediction.milliseconds / 1000,
  };
}

async function adapterId(model: PlainModel, learning: LearningConnection, tell: Tell): Promise<string> {
  if (!('average' in model)) return (await modelReference(model, learning, tell)).id;
  const names = model.average.of.map((member) => (typeof member === 'string' ? member : member.name));
  const { panel, model: reference } = await trainedAverage(model.average, [], learning, tell);
  const of = reference.of.map((member, m) => ({ name: names[m], model: member }));
  return (await learning.keepAverage({ name: names.join(' + '), panel, of })).id;
}
