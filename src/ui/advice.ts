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
    advice: 'The message below says what is wrong. Fix it and try again.',
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
  'out-of-memory': {
    title: 'This device has run out of memory',
    advice: 'Close other tabs or programs and try again; nothing that you entered is lost.',
    canRetry: true,
  },
  'bad-output': {
    title: 'The device gave numbers that cannot be right',
    advice:
      'We discarded them instead of showing a wrong answer. Try again, or run on the processor instead.',
    canRetry: true,
  },
  diverged: {
    title: 'Training became unstable',
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

/** What is another matter where one trains than where one predicts. */
const trainingAdvice: Partial<Record<ErrorCode, Advice>> = {
  'bad-input': {
    title: 'This cannot be used as it is',
    advice: 'The reason is below.',
    canRetry: false,
  },
  quota: {
    title: 'This browser has no room left',
    advice: 'It was not stored; it is still here in memory. Delete runs or panels, or free some space.',
    canRetry: false,
  },
  storage: {
    title: 'This browser’s storage is not available',
    advice: 'Private windows often switch it off. Training works from memory; a reload forgets it.',
    canRetry: true,
  },
  'out-of-memory': {
    title: 'This device has run out of memory',
    advice:
      'Runs are kept up to their last checkpoint. Close other tabs or programs and go on, or train a smaller model.',
    canRetry: true,
  },
  'bad-output': {
    title: 'The device gave numbers that cannot be right',
    advice: 'They were thrown away. What was kept before is sound: go on from there.',
    canRetry: true,
  },
  'in-use': {
    title: 'Another run or tab is in the way',
    advice: 'Pause the run that is training, or close the tab that has this one open.',
    canRetry: true,
  },
  'worker-died': {
    title: 'The part that trains has stopped',
    advice:
      'The browser may have run out of memory. Runs are kept up to their last checkpoint: close other tabs and go on.',
    canRetry: true,
  },
  unsupported: {
    title: 'This browser cannot train',
    advice: 'A recent Chrome, Edge, Firefox or Safari can.',
    canRetry: false,
  },
};

/** What is another matter where models are stored and nothing is computed. */
const storingAdvice: Partial<Record<ErrorCode, Advice>> = {
  'bad-input': { title: 'That cannot be used', advice: 'The message below says why.', canRetry: false },
  'download-failed': {
    title: 'The download stopped',
    advice: 'What is here stays here. Go on whenever you like; it begins where it stopped.',
    canRetry: true,
  },
  integrity: {
    title: 'The files are not what they should be',
    advice: 'Nothing damaged is ever used. The message below says which file it is.',
    canRetry: false,
  },
  quota: {
    title: 'There is not enough room',
    advice:
      'What is finished stays. Remove a model or free some space, then go on; or keep this one in the memory of this tab, for as long as it is open.',
    canRetry: true,
  },
  storage: {
    title: 'This browser’s storage is not available',
    advice:
      'Private windows often switch it off. A model can be kept in the memory of this tab, for as long as it is open.',
    canRetry: true,
  },
  'in-use': {
    title: 'Another tab is already doing this',
    advice: 'Continue there, or close that tab.',
    canRetry: true,
  },
};

/** What is another matter where a hub was asked what a model is. */
const askingAdvice: Partial<Record<ErrorCode, Advice>> = {
  ...storingAdvice,
  'download-failed': {
    title: 'The model hub did not answer',
    advice: 'The message below says why. What is stored on this device works without it.',
    canRetry: false,
  },
};

/** What the page was about when something went wrong. */
export type AdviceTopic = 'predicting' | 'training' | 'storing' | 'asking';

const adviceOnTopic: Readonly<Record<AdviceTopic, Partial<Record<ErrorCode, Advice>>>> = {
  predicting: {},
  training: trainingAdvice,
  storing: storingAdvice,
  asking: askingAdvice,
};

export function adviceFor(code: ErrorCode, topic: AdviceTopic = 'predicting'): Advice {
  return adviceOnTopic[topic][code] ?? advice[code];
}

/** Whether the store has no room or cannot be used: what a tab's memory can stand in for. */
export function isOfTheStore(error: AppError | null): boolean {
  return error?.code === 'quota' || error?.code === 'storage';
}

/** Any thrown thing as an `AppError`; one that no part of the app raised on purpose is `internal`. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AppError('internal', message, {}, { cause: error });
}
