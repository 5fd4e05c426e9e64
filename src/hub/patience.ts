import { AppError, withAbort } from '../platform/index.ts';
import { isPassing } from './hubRequest.ts';

/** How long a download puts up with a server. */
export interface Patience {
  /** Failures in a row, without a byte in between, after which it gives up for now. */
  attempts: number;
  /** Before the second attempt; every further one waits twice as long. */
  pauseMs: number;
  /** It waits no longer than this for any server, whatever that asks for. */
  longestPauseMs: number;
  silenceMs: number;
}

export const patience: Patience = {
  attempts: 6,
  pauseMs: 500,
  longestPauseMs: 120_000,
  silenceMs: 30_000,
};

/** A pause before the next attempt. */
export interface Wait {
  error: AppError;
  seconds: number;
}

export interface PatientOptions {
  patience: Patience;
  signal?: AbortSignal | undefined;
  /** Called before each pause, and with null when the next attempt begins. */
  onWait?: ((wait: Wait | null) => void) | undefined;
}

/**
 * Runs `attempt` until it succeeds. Passing faults are met with growing pauses, or with the one that the server asks
 * for; the count begins again whenever the attempt calls `advanced`. Throws the last fault when patience ends, and any
 * other error at once.
 */
export async function patiently<T>(
  attempt: (advanced: () => void) => Promise<T>,
  { patience: limits, signal, onWait }: PatientOptions,
): Promise<T> {
  let failures = 0;
  for (;;) {
    try {
      return await attempt(() => {
        failures = 0;
      });
    } catch (error) {
      if (!isPassing(error) || ++failures >= limits.attempts) throw error;
      const pauseMs = pauseBefore(failures, error, limits);
      if (pauseMs > limits.longestPauseMs) throw error;
      onWait?.({ error, seconds: pauseMs / 1000 });
      await withAbort(new Promise((resolve) => setTimeout(resolve, pauseMs)), signal);
      onWait?.(null);
    }
  }
}

function pauseBefore(failures: number, { data }: AppError, { pauseMs, longestPauseMs }: Patience): number {
  if (typeof data.retryAfter === 'number') return data.retryAfter * 1000;
  return Math.min(longestPauseMs, pauseMs * 2 ** (failures - 1));
}
