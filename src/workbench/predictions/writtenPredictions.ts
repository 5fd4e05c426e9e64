import type { CareerHistory } from '../../career/index.ts';
import { predictionWriter } from '../../evaluation/index.ts';
import type { OccupationList } from '../../occupation/index.ts';
import { AppError, readMessages, type ReportProgress, throwIfAborted } from '../../platform/index.ts';
import type { AskedModel } from '../../predictors/models.ts';
import type { PredictionsRequest, SavedPredictions } from './predictionRequest.ts';

/** People whose predictions are in memory at once: for 333 occupations some megabytes. */
const peopleAtOnce = 50;

/**
 * A file of what a model says about these people, in their order. Its pieces are handed to the browser as they come, which
 * keeps them on the disk where they are many. Throws `aborted`, and `unsupported` for a model without whole distributions.
 */
export async function writtenPredictions(
  model: AskedModel,
  people: readonly CareerHistory[],
  list: OccupationList,
  { format, hiddenStates: asksStates }: Pick<PredictionsRequest, 'format' | 'hiddenStates'>,
  { onProgress, signal }: { onProgress?: ReportProgress | undefined; signal?: AbortSignal | undefined } = {},
): Promise<SavedPredictions> {
  const whole = model.rows ? model : model.renormalised?.(list);
  if (!whole?.rows) throw new AppError('unsupported', 'This model gives no whole distributions.');
  const states = asksStates ? model.hiddenStates : undefined;
  const hiddenSize = states?.size ?? null;
  const writer = await predictionWriter(format, { list, hiddenSize });
  const pieces: Blob[] = [];
  for (let start = 0; start < people.length; start += peopleAtOnce) {
    await readMessages();
    throwIfAborted(signal);
    const some = people.slice(start, start + peopleAtOnce);
    const probabilities = await whole.rows(some, signal);
    const hiddenStates = (await states?.read(some, signal)) ?? null;
    pieces.push(new Blob([writer.add({ people: some, probabilities, hiddenStates })]));
    onProgress?.(start + some.length, people.length);
  }
  pieces.push(new Blob([writer.end()]));
  return {
    file: new Blob(pieces, { type: format === 'csv' ? 'text/csv' : 'application/vnd.apache.parquet' }),
    people: people.length,
    observations: people.reduce((sum, { observations }) => sum + observations.length, 0),
    isRenormalised: whole !== model,
    hiddenSize,
  };
}
