import type { BatchTensors } from '../../src/predictors/documents/index.ts';
import type { SeededRandom } from '../../src/platform/index.ts';

/** Puts token 0 in the place of a share of the plain-text tokens (ids from `firstPlainToken`): titles, mostly. */
export function hideTokens(
  { inputIds }: BatchTensors,
  firstPlainToken: number,
  share: number,
  random: SeededRandom,
): void {
  for (let i = 0; i < inputIds.length; i++)
    if (inputIds[i] >= firstPlainToken && random.uniform() < share) inputIds[i] = 0n;
}
