import type { RunRow, Store } from '../storage/index.ts';
import { AppError } from '../platform/index.ts';
import type { Adapter } from './files/adapterFile.ts';
import type { Preparing } from './training/runNews.ts';
import type { CareerRunSettings, HeadRunSettings } from './runSettings.ts';
import type { OpenPanel } from './openPanel.ts';
import type { LearningResources, PreparedRun } from './preparedRun.ts';
import { prepareCareer } from './career/careerRuns.ts';
import { prepareHead } from './head/headRuns.ts';
import { readKeptAdapter } from './keptAdapter.ts';
import { knownSettings } from './knownSettings.ts';
import { prepareLora } from './lora/loraRuns.ts';
import { shippedAdapter, shippedPrefix } from './openedAdapter.ts';
import type { StatesProgress } from './head/panelStates.ts';
import { prepareSteps } from './records/stepRuns.ts';
import { prepareTunedHead } from './head/tunedHeadRuns.ts';

/** Where a run is prepared. */
export interface Preparation {
  readonly resources: LearningResources;
  readonly store: Store;
  readonly tell: (event: Preparing) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings together what a run learns from. Throws `bad-input` where the panel is too small for it or what it begins with
 * is gone, and what the language model throws.
 */
export async function prepareRun(
  run: RunRow,
  panel: OpenPanel,
  { resources, store, tell, signal }: Preparation,
): Promise<PreparedRun> {
  const settings = knownSettings(run.settings);
  const { fitting, tuning } = panel.people;
  if (fitting.length === 0 || tuning.length === 0)
    throw new AppError(
      'bad-input',
      `The panel leaves ${fitting.length} people to learn from and ${tuning.length} to stop by; neither may be 0.`,
    );
  const onRead = counted('hidden states', tell);
  switch (settings.kind) {
    case 'head':
      return headOf(run, settings, panel, {
        resources,
        store,
        onRead,
        onTitles: counted('titles', tell),
        signal,
      });
    case 'lora':
      return prepareLora(run, settings, panel, resources, { onRead, signal });
    case 'career':
      return prepareCareer(run, settings, panel, resources, await pretrained(settings, { store, resources }));
    case 'logit':
    case 'bag-of-jobs':
      return prepareSteps(run, settings, panel, resources);
  }
}

/** Tells how far a preparation is, and when it will be over at the speed it has had since the first telling. */
function counted(what: Preparing['what'], tell: Preparation['tell']) {
  let first: { at: number; done: number } | null = null;
  return (done: number, total: number): void => {
    const at = performance.now();
    first ??= { at, done };
    const gained = done - first.done;
    const secondsLeft = gained > 0 ? ((total - done) * (at - first.at)) / gained / 1000 : null;
    tell({ kind: 'preparing', what, done, total, secondsLeft });
  };
}

function headOf(
  run: RunRow,
  settings: HeadRunSettings,
  panel: OpenPanel,
  { resources, store, ...progress }: Pick<Preparation, 'resources' | 'store'> & StatesProgress,
): Promise<PreparedRun> {
  return settings.tuned
    ? prepareTunedHead(settings.tuned, settings, run, panel, { resources, store, ...progress })
    : prepareHead(run, settings, panel, resources, store, progress);
}

/** What CAREER goes on from: of this device, or come with the language model. */
async function pretrained(
  { pretrained: id }: CareerRunSettings,
  { store, resources }: Pick<Preparation, 'store' | 'resources'>,
): Promise<Adapter | null> {
  if (id === null) return null;
  if (!id.startsWith(shippedPrefix))
    return readKeptAdapter(await store.adapters.load(id), { kind: 'career' });
  return shippedAdapter(id.slice(shippedPrefix.length), await resources.languageModel());
}
