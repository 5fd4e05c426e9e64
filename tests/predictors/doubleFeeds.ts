import * as ort from 'onnxruntime-node';
import { type CompiledGraph, elementCount } from '../../src/onnx/index.ts';
import type { Feed } from '../../src/predictors/training/runtime.ts';
import type { SeededRandom } from '../../src/platform/index.ts';

/** The feeds of a float64 graph: those given, widened, and random theta of standard deviation 0.3. */
export function doubleFeeds(
  { inputs }: CompiledGraph,
  given: Record<string, Feed>,
  random: SeededRandom,
): Record<string, ort.Tensor> {
  return Object.fromEntries(
    inputs.map(({ name, type, shape }) => {
      const feed = given[name];
      if (feed?.type === 'int64') return [name, new ort.Tensor(type, feed.data, [...shape])];
      const values = feed
        ? Float64Array.from(feed.data)
        : Float64Array.from({ length: elementCount(shape) }, () => random.normal() * 0.3);
      return [name, new ort.Tensor('float64', values, [...shape])];
    }),
  );
}
