import { type ChosenDevice, chooseDevice, webCandidates } from '../lm/index.ts';
import { knownAnswers } from '../onnx/index.ts';
import { AppError } from '../platform/index.ts';
import type { DevicePreference, ModelProgress } from './contract.ts';
import { StartProgress } from './startProgress.ts';
import type { DeviceAttempt } from './wire.ts';

/**
 * Tries the first device that is not among `attempts`, and only that one: onnxruntime keeps the first GPU device
 * that a worker gave it, also when that is destroyed (1.30), so the next one needs a new worker.
 */
export async function tryNextDevice(
  preference: DevicePreference,
  attempts: readonly DeviceAttempt[],
  onProgress: (progress: ModelProgress) => void,
): Promise<{ device: ChosenDevice } | { attempts: readonly DeviceAttempt[]; isLast: boolean }> {
  new StartProgress(onProgress).to('probing', 0);
  const candidates = webCandidates(preference).slice(attempts.length);
  const [candidate] = candidates;
  try {
    const device = await chooseDevice([candidate], knownAnswers());
    return { device: withAttempts(device, attempts) };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unsupported') throw error;
    const reason = String(error.data.reasons).replace(`${candidate.label}: `, '');
    const failed = { device: candidate.label, isUsable: false, reason };
    return { attempts: [...attempts, failed], isLast: candidates.length === 1 };
  }
}

/** The whole story: what was tried in earlier workers comes first. */
function withAttempts(device: ChosenDevice, attempts: readonly DeviceAttempt[]): ChosenDevice {
  if (attempts.length === 0) return device;
  const failed = attempts.map((attempt) => `${attempt.device} could not be used (${attempt.reason})`);
  const [label] = device.attempts.map((attempt) => attempt.device);
  return {
    ...device,
    reason: `${failed.join('; ')}. ${label} gave right answers.`,
    attempts: [...attempts, ...device.attempts],
  };
}
