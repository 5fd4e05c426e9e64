import { type TransferHandler, transferHandlers } from 'comlink';
import { AppError, asAppError } from '../platform/index.ts';

/** An `AppError` as structured clone carries it. */
interface SentError {
  code: AppError['code'];
  message: string;
  data: AppError['data'];
  /** The cause in words, for the console; the cause itself may not be cloneable. */
  cause: string | null;
}

interface Thrown {
  value: unknown;
}

/**
 * Makes comlink carry `AppError` with its code and data: its own handler keeps only name, message and stack.
 * Call once on each side before the first message.
 */
export function installErrorTransfer(): void {
  const own = transferHandlers.get('throw');
  if (!own) throw new Error('comlink has no handler for errors');
  const handler: TransferHandler<Thrown, SentError> = {
    // Only comlink knows its mark for a thrown value.
    canHandle: (value): value is Thrown => own.canHandle(value),
    serialize: ({ value }) => {
      const { code, message, data, cause } = asAppError(value);
      return [{ code, message, data, cause: describeCause(cause) }, []];
    },
    deserialize: ({ code, message, data, cause }) => {
      throw new AppError(code, message, data, cause === null ? undefined : { cause });
    },
  };
  transferHandlers.set('throw', handler);
}

function describeCause(cause: unknown): string | null {
  if (cause === undefined || cause === null) return null;
  return cause instanceof Error ? (cause.stack ?? cause.message) : JSON.stringify(cause);
}
