import { type ChosenDevice, type DeviceCandidate, tryDevice, webCandidates } from '../../lm/index.ts';
import { knownAnswers } from '../../onnx/index.ts';
import { AppError } from '../../platform/index.ts';
import type {
  DevicePreference,
  DeviceReport,
  ModelProgress,
  ModelReport,
} from '../../predictors/language/index.ts';
import type { DeviceMemory } from './deviceMemory.ts';
import { StartProgress } from './startProgress.ts';

export type DeviceAttempt = DeviceReport['attempts'][number];

/** A start ends with a model, or with one more device that cannot be used; the next one is tried in a new worker. */
export type StartOutcome = { report: ModelReport } | { attempts: readonly DeviceAttempt[]; isLast: boolean };

export interface DeviceSearch {
  preference: DevicePreference;
  /** What was tried in earlier workers. */
  attempts: readonly DeviceAttempt[];
  memory: DeviceMemory;
  candidates?: readonly DeviceCandidate[];
}

/**
 * Tries the first device that is not among `attempts`, and only that one: onnxruntime keeps the first GPU device
 * that a worker gave it, also when that is destroyed (1.30), so the next one needs a new worker. Devices that are
 * remembered to fail are passed over, unless the person asked for their kind, and never the last one.
 */
export async function tryNextDevice(
  { preference, attempts, memory, candidates = webCandidates(preference) }: DeviceSearch,
  onProgress: (progress: ModelProgress) => void,
): Promise<{ device: ChosenDevice } | { attempts: readonly DeviceAttempt[]; isLast: boolean }> {
  new StartProgress(onProgress).to('probing', 0);
  const earlier = preference === 'auto' ? await withRemembered(attempts, candidates, memory) : attempts;
  const candidate = candidates.at(earlier.length);
  if (!candidate) throw new AppError('internal', 'Every device has been tried');
  const tried = await tryDevice(candidate, knownAnswers(), earlier);
  if ('runtime' in tried) return { device: tried };
  await memory.keepFailure(candidate, tried);
  return { attempts: tried, isLast: tried.length === candidates.length };
}

async function withRemembered(
  attempts: readonly DeviceAttempt[],
  candidates: readonly DeviceCandidate[],
  memory: DeviceMemory,
): Promise<readonly DeviceAttempt[]> {
  const known = [...attempts];
  for (const candidate of candidates.slice(known.length, -1)) {
    const problem = await memory.problem(candidate);
    if (!problem) break;
    const { outcome: reason, measuredAt } = problem;
    known.push({ device: candidate.label, isUsable: false, reason, hasRun: true, measuredAt });
  }
  return known;
}
