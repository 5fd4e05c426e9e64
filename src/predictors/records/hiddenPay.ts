import type { SeededRandom } from '../../platform/index.ts';
import type { EncodedCareer, PanelEncoding } from './panelEncoding.ts';

/**
 * Share of the careers, drawn anew each time, whose pay a model is not told while it learns: who tells nothing of their pay
 * is to be predicted as well as without any. Chosen on the tuning people, with their pay and without.
 */
const hiddenShare = 0.4;

/** The career, or what is left of it where its pay is hidden. */
export function sometimesWithoutPay(
  career: EncodedCareer,
  encoding: PanelEncoding,
  random: SeededRandom,
): EncodedCareer {
  return encoding.knowsPay && random.uniform() < hiddenShare ? encoding.withoutPay(career) : career;
}
