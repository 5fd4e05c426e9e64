import { AppError } from '../platform/index.ts';
import type { StoredSettings } from '../storage/index.ts';
import type { RunKind, RunSettings } from './runSettings.ts';

const kinds: Readonly<Record<RunKind, true>> = {
  head: true,
  lora: true,
  career: true,
  logit: true,
  'bag-of-jobs': true,
};

/** The settings of a row as those of a kind that this build knows. Throws `unsupported` for another one. */
export function knownSettings(settings: StoredSettings): RunSettings {
  if (Object.hasOwn(kinds, settings.kind)) return settings as RunSettings;
  throw new AppError('unsupported', `This version does not know models of the kind "${settings.kind}".`, {
    kind: settings.kind,
  });
}
