import type { ExportGraph } from './exportGraph.ts';
import type { DecoderShape } from './shapes.ts';

/** Scores that no softmax lets through, finite in either float type. */
const hiddenScore = { float32: -3e38, float16: -65_504 };

/**
 * `[batch, 1, tokens, total]`: 0 where a key is not later than the query and not masked, else a very negative number;
 * one such mask for layers that see everything, and one for those that slide, where some do.
 */
export function addCausalMasks(g: ExportGraph, { sliding }: DecoderShape): string[] {
  const path = '/model/causal_mask';
  const lengthOf = (name: string, input: string, axis: number): string =>
    g.node('Gather', `${path}/${name}/Gather`, [
      g.node('Shape', `${path}/${name}/Shape`, [input]),
      g.integers(axis),
    ]);
  const start = lengthOf('past', 'past_key_values.0.key', 2);
  const fresh = lengthOf('tokens', 'input_ids', 1);
  const total = g.node('Add', `${path}/Add`, [start, fresh]);
  const keys = g.node('Range', `${path}/Range`, [g.integers(0), total, g.integers(1)]);
  const queries = g.node('Range', `${path}/Range_1`, [start, total, g.integers(1)]);
  const column = g.node('Unsqueeze', `${path}/Unsqueeze`, [queries, g.integers([1])]);
  const isLater = g.node('Greater', `${path}/Greater`, [keys, column]);
  const isPadding = g.node('Equal', `${path}/Equal`, ['attention_mask', g.integers(0)]);
  const wide = g.node('Unsqueeze', `${path}/Unsqueeze_1`, [isPadding, g.integers([1, 2])]);
  const isHidden = g.node('Or', `${path}/Or`, [isLater, wide]);
  const score = g.scalar(g.types.isHalf ? hiddenScore.float16 : hiddenScore.float32);
  const masks = [g.node('Where', `${path}/Where`, [isHidden, score, g.scalar(0)])];
  if (sliding === undefined) return masks;
  const distance = g.node('Sub', `${path}/Sub`, [column, keys]);
  const isFar = g.node('GreaterOrEqual', `${path}/GreaterOrEqual`, [distance, g.integers(sliding.window)]);
  const isOutside = g.node('Or', `${path}/Or_1`, [isHidden, isFar]);
  return [...masks, g.node('Where', `${path}/Where_1`, [isOutside, score, g.scalar(0)])];
}
