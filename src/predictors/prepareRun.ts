import { AppError } from '../platform/index.ts';
import type { RunRow, Store } from '../storage/index.ts';
import { filesOf, tunedResources } from './opening.ts';
import type { OpenPanel } from './openPanel.ts';
import type { LearningResources, PreparedRun } from './preparedRun.ts';
import { trainedKind } from './registry.ts';
import { readSettings } from './settings.ts';
import type { Preparing } from './training/runNews.ts';

/** Where runs are prepared. */
export interface RunPlace {
  readonly resources: LearningResources;
  readonly store: Store;
  readonly tell: (event: Preparing) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings together what a run learns from. Throws `unsupported` for a kind that this build does not know, `bad-input` where the
 * panel is too small for it or what it begins with is gone, and what the language model throws.
 */
export async function prepareRun(
  run: RunRow,
  panel: OpenPanel,
  { resources, store, tell, signal }: RunPlace,
): Promise<PreparedRun> {
  const kind = trainedKind(run.settings.kind);
  const { fitting, tuning } = panel.people;
  if (fitting.length === 0 || tuning.length === 0)
    throw new AppError(
      'bad-input',
      `The panel leaves ${fitting.length} people to learn from and ${tuning.length} to stop by; neither may be 0.`,
    );
  const parts = await kind.load();
  if (!parts.prepare)
    throw new AppError('internal', `Models of the kind ${kind.id} say that they are trained, and are not.`);
  const files = (id: string) => filesOf(id, { store, resources });
  return parts.prepare(run, readSettings(kind.training.fields, run.settings), panel, {
    resources,
    store,
    signal,
    onHiddenStates: counted('hidden states', tell),
    onTitles: counted('titles', tell),
    files,
    async tunedBy(id) {
      const tuned = await tunedResources(await files(id), { resources, key: id, signal });
      if (tuned) return tuned;
      throw new AppError('bad-input', 'This model does not tune the language model.', { id });
    },
  });
}

/** Tells how far a preparation is, and when it will be over at the speed it has had since the first telling. */
function counted(what: Preparing['what'], tell: RunPlace['tell']) {
  let first: { at: number; done: number } | null = null;
  return (done: number, total: number): void => {
    const at = performance.now();
    first ??= { at, done };
    const gained = done - first.done;
    const secondsLeft = gained > 0 ? ((total - done) * (at - first.at)) / gained / 1000 : null;
    tell({ kind: 'preparing', what, done, total, secondsLeft });
  };
}
