import { AppError, type ErrorCode } from '../platform/index.ts';

/** What happened, in plain words, and what a person can do about it. */
export interface Advice {
  title: string;
  advice: string;
  canRetry: boolean;
}

const advice: Readonly<Record<ErrorCode, Advice>> = {
  aborted: { title: 'Stopped', advice: 'Nothing was lost. Start again when you like.', canRetry: true },
  'bad-input': {
    title: 'Something in the input could not be read',
    advice: 'The message below says what. Mend it and try again.',
    canRetry: false,
  },
  'download-failed': {
    title: 'The model could not be downloaded',
    advice: 'Check the connection and try again; what is already here is not downloaded twice.',
    canRetry: true,
  },
  integrity: {
    title: 'The model’s files are not what they should be',
    advice:
      'A file differs from its checksum, so it was not used. Try again; if it stays, the site itself needs mending.',
    canRetry: true,
  },
  quota: {
    title: 'This browser has no room left for the model',
    advice:
      'Everything works from memory, but the model is downloaded again next time. Free some space to keep it.',
    canRetry: false,
  },
  storage: {
    title: 'This browser’s storage is not available',
    advice: 'Private windows often switch it off. Predictions still work; saving does not.',
    canRetry: true,
  },
  'device-lost': {
    title: 'The graphics card stopped answering',
    advice: 'This happens after sleep or a driver restart. Try again, or run on the processor instead.',
    canRetry: true,
  },
  'bad-output': {
    title: 'The device gave numbers that cannot be right',
    advice: 'They were thrown away instead of shown. Try again, or run on the processor instead.',
    canRetry: true,
  },
  diverged: {
    title: 'Training ran off',
    advice: 'The last good state is kept. Try again with a lower learning rate.',
    canRetry: false,
  },
  'in-use': {
    title: 'This run is open in another tab',
    advice: 'Go on there, or close that tab and try again here.',
    canRetry: true,
  },
  'worker-died': {
    title: 'The part that computes has stopped',
    advice:
      'The browser may have run out of memory. Close other tabs and try again; your career is still here.',
    canRetry: true,
  },
  unsupported: {
    title: 'This browser cannot run the model',
    advice: 'A recent Chrome, Edge, Firefox or Safari can. The career editor and the tables still work here.',
    canRetry: false,
  },
  internal: {
    title: 'Something went wrong inside the page',
    advice: 'Try again; if it happens again, reload the page.',
    canRetry: true,
  },
};

export function adviceFor(code: ErrorCode): Advice {
  return advice[code];
}

/** Any thrown thing as an `AppError`; one that no part of the app raised on purpose is `internal`. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AppError('internal', message, {}, { cause: error });
}
