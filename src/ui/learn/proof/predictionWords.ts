import type { SavedPredictions } from '../../../worker/index.ts';
import { count } from '../words.ts';

/** What a saved file of predictions holds, and what its reader has to know. */
export function predictionsInWords(
  name: string,
  { people, observations, isRenormalised, hiddenSize }: Omit<SavedPredictions, 'file'>,
  asksStates: boolean,
): string {
  const sentences = [
    `Saved ${name}: ${count(observations)} observations of ${count(people)} people.`,
    ...(isRenormalised
      ? [
          'The language model also gives chances to words outside the list; they are left out, and the rest is scaled to sum to 1, so these are not the probabilities that the report measured.',
        ]
      : []),
    ...(asksStates && hiddenSize === null ? ['This model has no hidden states.'] : []),
  ];
  return sentences.join(' ');
}
