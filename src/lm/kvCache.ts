import type { DecoderSizes } from './decoderGraph.ts';
import type { OrtTensor } from './runtime.ts';

/** Keys and values of a text, on the device that computed them. */
export interface KvCache {
  readonly tokens: readonly number[];
  /** The very array that the caller passed, to tell that it continues the same text. */
  readonly source: readonly number[];
  readonly tensors: ReadonlyMap<string, OrtTensor>;
}

/** `prefix.N.key` and `prefix.N.value` of every layer. */
export function cacheNames({ layers }: DecoderSizes, prefix: 'present' | 'past_key_values'): string[] {
  return Array.from({ length: layers }, (_, layer) => [
    `${prefix}.${layer}.key`,
    `${prefix}.${layer}.value`,
  ]).flat();
}

/** The kept keys and values under the names that the next run reads. */
export function presentTensors(
  sizes: DecoderSizes,
  outputs: Record<string, OrtTensor>,
): Map<string, OrtTensor> {
  return new Map(
    cacheNames(sizes, 'present').map((name) => [name.replace('present', 'past_key_values'), outputs[name]]),
  );
}
