import { contextExamples } from '../../career/index.ts';
import { type ExperimentArm, fitBaseline } from '../../evaluation/index.ts';
import { type Asking, lasting, type OpenedModel, openKept, type OpenPanel } from '../../predictors/models.ts';
import type { StoredSettings } from '../../storage/index.ts';
import { RouteModel } from '../../predictors/language/index.ts';
import { tableModel } from '../../predictors/tables/index.ts';
import { type ArmPlace, type Doing, trainArm, type TrainedArm } from './armTraining.ts';

type Learned = Exclude<ExperimentArm['model'], 'average'>;

/** An arm that is asked about people by itself. */
export type AskedArm = ExperimentArm & { model: Learned };

export function isAsked(arm: ExperimentArm): arm is AskedArm {
  return arm.model !== 'average';
}

/** The arm's model, trained where it has to be; `trained` is what an arm of the same training made. */
export async function openArm(
  { model, label }: AskedArm,
  panel: OpenPanel,
  settings: StoredSettings | null,
  trained: TrainedArm | undefined,
  place: ArmPlace,
  watching: { tell: (doing: Doing) => void; signal: AbortSignal },
): Promise<{ opened: OpenedModel; trained: TrainedArm | null }> {
  const { resources, turns } = place;
  if (settings) {
    const learned = trained ?? (await trainArm(label, settings, panel, place, watching));
    return { opened: await turns.take(() => openKept(learned.kept, resources)), trained: learned };
  }
  if (model === 'mixture' || model === 'transitions') {
    const { list } = panel.row.list;
    const table = fitBaseline(model, panel.people.fitting, list);
    return { opened: lasting(tableModel(table, list)), trained: null };
  }
  const { route } = await resources.languageModel(watching.signal);
  return { opened: lasting(new RouteModel(route)), trained: null };
}

/** What an arm is shown of each career when it predicts. */
export function armReading(
  { shownWhenPredicting: { lastRecords, examples = 0 } = {} }: ExperimentArm,
  { people: { fitting } }: OpenPanel,
  seed: number,
): Pick<Asking, 'lastRecords' | 'examplesFor'> {
  return {
    lastRecords,
    ...(examples > 0 && {
      examplesFor: ({ personId }) => contextExamples(fitting, personId, { count: examples, seed }),
    }),
  };
}
