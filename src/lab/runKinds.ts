import type { RunKind } from '../worker/index.ts';

/** Everything that can be trained in the page. */
export const runKinds = [
  'head',
  'lora',
  'career',
  'logit',
  'bag-of-jobs',
] as const satisfies readonly RunKind[];
