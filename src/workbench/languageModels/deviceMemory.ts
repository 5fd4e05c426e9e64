import type { ChosenDevice, DeviceAttempt, DeviceCandidate } from '../../lm/index.ts';
import { AppError, outOfMemoryError } from '../../platform/index.ts';
import type { Measurement, Store } from '../../storage/index.ts';

/**
 * What earlier visits measured about the devices of this machine. It holds for one build of the app, runtime
 * included, and one version of the browser: either may mend what failed. A store that fails forgets, no more.
 */
export class DeviceMemory {
  /** `build` names the app's build and the browser. */
  constructor(
    private readonly store: Store,
    private readonly build: string,
  ) {}

  /** Why this candidate gave no right answer in time when it was tried, and when that was. */
  async problem(candidate: DeviceCandidate): Promise<Measurement | null> {
    const key = await this.#problemKey(candidate);
    return key === null ? null : recalled(this.store.measurement(key));
  }

  /** Keeps why the last of these attempts, of this candidate, failed, where that says something about the device. */
  async keepFailure(candidate: DeviceCandidate, attempts: readonly DeviceAttempt[]): Promise<void> {
    const failed = attempts.at(-1);
    // A shortage of memory passes.
    if (!failed?.hasRun || outOfMemoryError(failed.reason)) return;
    const key = await this.#problemKey(candidate);
    if (key !== null) await recalled(this.store.keepMeasurement(key, failed.reason));
  }

  /** The form of this model's weights that was the fastest on the device: its id. */
  variant(device: ChosenDevice, revision: string): Promise<Measurement | null> {
    return recalled(this.store.measurement(this.#variantKey(device, revision)));
  }

  async keepVariant(device: ChosenDevice, revision: string, id: string): Promise<void> {
    await recalled(this.store.keepMeasurement(this.#variantKey(device, revision), id));
  }

  async #problemKey(candidate: DeviceCandidate): Promise<string | null> {
    const identity = await candidate.identity();
    return identity && ['problem', this.build, candidate.label, identity].join('\n');
  }

  #variantKey({ name, attempts }: ChosenDevice, revision: string): string {
    return ['variant', this.build, attempts.at(-1)?.device, name, revision].join('\n');
  }
}

async function recalled<T>(stored: Promise<T>): Promise<T | null> {
  try {
    return await stored;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
