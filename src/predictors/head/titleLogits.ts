import { float32, type Feed } from '../training/runtime.ts';
import type { HeadConfig } from './headConfig.ts';

/** How a language model expresses titles, so that a head begins with what the model says itself. */
export interface TitleLogits {
  /** `[titles × hiddenSize]`: the output embedding of each title's first token. */
  readonly embeddings: Float32Array;
  /** −log of the number of titles that begin with the same token: they share its probability. */
  readonly biases: Float32Array;
}

/** From the titles' tokens; `outputEmbeddings` gives the rows `[tokens × hiddenSize]` of the model's output embedding. */
export function titleLogits(
  titles: readonly (readonly number[])[],
  outputEmbeddings: (tokens: readonly number[]) => Float32Array,
): TitleLogits {
  const first = titles.map(([token]) => token);
  const sharing = first.map((token) => first.filter((other) => other === token).length);
  return {
    embeddings: outputEmbeddings(first),
    biases: Float32Array.from(sharing, (count) => -Math.log(count)),
  };
}

/** The same as inputs of a graph; none for a head that reads whole titles. */
export function titleFeeds(
  { embeddings, biases }: TitleLogits,
  { hiddenSize, wholeTitles }: HeadConfig,
): Record<string, Feed> {
  if (wholeTitles) return {};
  return {
    title_embeddings: float32(embeddings, [biases.length, hiddenSize]),
    title_biases: float32(biases),
  };
}
