import type { TrainingState, TrainingTask } from '../../predictors/training/index.ts';
import { parameterCount } from '../../onnx/index.ts';
import { AppError, canonicalJson } from '../../platform/index.ts';
import type { CheckpointRow, EpochFigures } from '../../storage/index.ts';

/**
 * The newest checkpoint from which this task can go on; one that is damaged is passed over. Throws `bad-input` where all are of
 * another task, so that nothing learned is lost by beginning anew over it.
 */
export function usableCheckpoint(
  checkpoints: readonly CheckpointRow[],
  task: TrainingTask,
): TrainingState | undefined {
  const size = parameterCount(task.parameters);
  const isWhole = (vector: unknown): boolean =>
    vector instanceof Float32Array && vector.length === size && vector.every(Number.isFinite);
  const isOfTask = ({ fingerprint }: CheckpointRow) => isSameFingerprint(fingerprint, task.fingerprint);
  if (checkpoints.length > 0 && !checkpoints.some(isOfTask))
    throw new AppError(
      'bad-input',
      'This run began with another language model, or with an earlier version of this page. Choose that model again to go on, or begin a new run; what it has learned stays.',
    );
  return checkpoints.filter(isOfTask).find(({ step, state }) => {
    const { theta, mu, nu, average, best, tuningNlls } = state;
    if (state.step !== step || !Array.isArray(tuningNlls)) return false;
    // A checkpoint may lie between the last step of an epoch and its tuning people.
    const epochsToTell = step / task.stepsPerEpoch - tuningNlls.length;
    return [theta, mu, nu, average ?? theta, best].every(isWhole) && epochsToTell >= 0 && epochsToTell <= 1;
  })?.state;
}

/** Whether two fingerprints hold the same values: the order in which an earlier build put its settings says nothing. */
export function isSameFingerprint(first: string, second: string): boolean {
  return first === second || inOrder(first) === inOrder(second);
}

function inOrder(fingerprint: string): string {
  try {
    return canonicalJson(JSON.parse(fingerprint));
  } catch {
    return fingerprint;
  }
}

/** What there is to tell of the epochs behind a state. */
export function epochFigures({
  tuningNlls,
  trainingLosses,
}: Pick<TrainingState, 'tuningNlls' | 'trainingLosses'>): EpochFigures[] {
  return tuningNlls.map((nll, epoch) => ({
    epoch,
    trainingPerplexity: Math.exp(trainingLosses[epoch]),
    tuningPerplexity: Math.exp(nll),
  }));
}
