import { headTrainingGraph } from '../../../src/predictors/head/headGraph.ts';
import { type TrainingRuntime } from '../../../src/predictors/training/runtime.ts';
import { elementCount, type CompiledGraph } from '../../../src/onnx/index.ts';
import type { SeededRandom } from '../../../src/platform/index.ts';
import { sizes } from './plainHead.ts';

const config = {
  hiddenSize: sizes.hidden,
  occupations: 333,
  rank: 64,
  alpha: 64,
  previousRank: 16,
  baseWeight: 0.3,
  wholeTitles: false,
  covariateRows: 700,
  covariateFields: 16,
};
const optimizer = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.5, clipNorm: 1 };
/** Bounds of the whole numbers that the graph reads. */
const bounds: Readonly<Record<string, number>> = { stay_labels: 2, covariates: config.covariateRows };

type FedTensor = InstanceType<TrainingRuntime['ort']['Tensor']>;

/** One step of the head with the settings that ship. */
export function appHeadGraph(): CompiledGraph {
  return headTrainingGraph(config, { rows: sizes.batch, optimizer, dropout: true });
}

/** A batch of random steps; dropout masks keep everything, which takes as long. */
export function appHeadFeeds(
  graph: CompiledGraph,
  Tensor: TrainingRuntime['ort']['Tensor'],
  random: SeededRandom,
): Record<string, FedTensor> {
  const state = /^(theta|mu|nu|learning_rate|bias_correction)/;
  const batch = graph.inputs.filter(({ name }) => !state.test(name));
  return Object.fromEntries(
    batch.map(({ name, type, shape }): [string, FedTensor] => {
      const length = elementCount(shape);
      if (type === 'int64') {
        const whole = () => BigInt(random.integer(bounds[name] ?? config.occupations));
        return [name, new Tensor('int64', BigInt64Array.from({ length }, whole), shape)];
      }
      const value = () =>
        name.endsWith('weights')
          ? 1 / sizes.batch
          : /^(dropout|has_)/.test(name)
            ? 1
            : name === 'history'
              ? Number(random.uniform() < 0.02)
              : name === 'title_embeddings'
                ? 0.05 * random.normal()
                : random.normal();
      return [name, new Tensor('float32', Float32Array.from({ length }, value), shape)];
    }),
  );
}
