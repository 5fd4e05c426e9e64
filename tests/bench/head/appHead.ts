import { type HeadConfig } from '../../../src/predictors/head/headConfig.ts';
import { headDropouts, headTrainingGraph } from '../../../src/predictors/head/headGraph.ts';
import {
  type HeadCareer,
  headInputs,
  type HeadRow,
  headTargets,
} from '../../../src/predictors/head/headRows.ts';
import { type Feed, float32 } from '../../../src/predictors/training/runtime.ts';
import { parameterCount, toFloat16, type CompiledGraph } from '../../../src/onnx/index.ts';
import { SeededRandom } from '../../../src/platform/index.ts';
import { sizes } from './plainHead.ts';

/** The head with the settings that ship. */
export const appHeadConfig: HeadConfig = {
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

/** Steps of an invented career, and how often the occupation stays the same. */
const careerSteps = 16;
const stayShare = 0.6;

/** What the bench trains: the step, its first parameters, and a batch. */
export function appHead(): {
  graph: CompiledGraph;
  theta: Float32Array<ArrayBuffer>;
  feeds: Record<string, Feed>;
} {
  const graph = appHeadGraph();
  const random = new SeededRandom('app head');
  const theta = Float32Array.from({ length: parameterCount(graph.parameters) }, () => 0.02 * random.normal());
  return { graph, theta, feeds: appHeadFeeds(random) };
}

export function appHeadGraph(config = appHeadConfig, rows = sizes.batch): CompiledGraph {
  return headTrainingGraph(config, { rows, optimizer, dropout: true });
}

/** A batch of invented careers, fed as the app feeds its own; dropout masks keep everything, which takes as long. */
export function appHeadFeeds(
  random: SeededRandom,
  config = appHeadConfig,
  rows = sizes.batch,
): Record<string, Feed> {
  const { hiddenSize, occupations } = config;
  const batch = Array.from({ length: Math.ceil(rows / careerSteps) }, () => invented(random, config))
    .flatMap((person) => Array.from({ length: careerSteps }, (_, step): HeadRow => ({ person, step })))
    .slice(0, rows);
  const normals = (length: number, scale: number) =>
    Float32Array.from({ length }, () => scale * random.normal());
  return {
    ...headInputs(batch, rows, config),
    ...headTargets(batch, rows, occupations),
    title_embeddings: float32(normals(occupations * hiddenSize, 0.05), [occupations, hiddenSize]),
    title_biases: float32(normals(occupations, 1)),
    ...Object.fromEntries(
      headDropouts(config, rows).map(({ name, shape }) => [
        name,
        float32(new Float32Array(shape[0] * shape[1]).fill(1), shape),
      ]),
    ),
  };
}

function invented(
  random: SeededRandom,
  { hiddenSize, occupations, covariateRows, covariateFields }: HeadConfig,
): HeadCareer {
  const states = new Int32Array(careerSteps);
  for (let step = 0; step < careerSteps; step++)
    states[step] = step > 0 && random.uniform() < stayShare ? states[step - 1] : random.integer(occupations);
  const covariates = Int32Array.from({ length: careerSteps * covariateFields }, () =>
    random.integer(covariateRows),
  );
  const hiddenStates = Float32Array.from({ length: careerSteps * hiddenSize }, () => random.normal());
  return {
    career: {
      personId: 'invented',
      states,
      previous: Int32Array.of(occupations + 1, ...states.subarray(0, -1)),
      covariates,
    },
    hiddenStates: toFloat16(hiddenStates),
  };
}
