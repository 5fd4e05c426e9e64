import * as v from 'valibot';
import { stepSizes } from '../records/encodingSettings.ts';
import { logitFields } from '../records/stepFields.ts';
import { stepParts } from '../records/stepRuns.ts';
import type { LogitRunSettings } from './kind.ts';
import { logitForm } from './logit.ts';

export const logitParts = stepParts({
  fields: logitFields,
  config: v.object(stepSizes),
  configOf: (sizes, _settings: LogitRunSettings) => sizes,
  form: logitForm,
  dropout: () => 0,
});
