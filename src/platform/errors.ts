/** Everything that can go wrong in a way a person can do something about. */
export type ErrorCode =
  | 'aborted'
  | 'bad-input'
  | 'download-failed'
  | 'integrity'
  | 'quota'
  | 'storage'
  | 'device-lost'
  | 'out-of-memory'
  | 'bad-output'
  | 'worker-died'
  | 'diverged'
  | 'in-use'
  | 'unsupported'
  | 'internal';

/** An error with a code the page can turn into advice, and data that belongs to it. Survives the trip through a worker. */
export class AppError extends Error {
  override readonly name = 'AppError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly data: Readonly<Record<string, string | number | boolean>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** Any failure as an `AppError`; what is none becomes `internal` with the failure as cause. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new AppError('internal', message, {}, { cause: error });
}
