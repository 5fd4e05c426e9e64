import * as v from 'valibot';
import { size } from '../files/cardSettings.ts';
import { stepSizes } from '../records/encodingSettings.ts';
import { bagOfJobsFields } from '../records/stepFields.ts';
import { stepParts } from '../records/stepRuns.ts';
import { bagOfJobsForm } from './bagOfJobs.ts';
import type { BagOfJobsRunSettings } from './kind.ts';

export const bagOfJobsParts = stepParts({
  fields: bagOfJobsFields,
  config: v.object({ ...stepSizes, hiddenSize: size }),
  configOf: (sizes, { hiddenSize }: BagOfJobsRunSettings) => ({ ...sizes, hiddenSize }),
  form: bagOfJobsForm,
  dropout: ({ dropout }: BagOfJobsRunSettings) => dropout,
});
