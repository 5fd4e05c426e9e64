import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { namedTensors } from '../../../src/onnx/index.ts';
import { ortTensor } from '../../../src/predictors/training/runtime.ts';
import { SeededRandom } from '../../../src/platform/index.ts';
import { appHeadConfig, appHeadFeeds, appHeadGraph } from './appHead.ts';
import { appHeadLoss } from './appHeadOracle.ts';
import { plainEngine } from './onnxEngine.ts';
import { stepFlop } from './plainHead.ts';
import { PlainHeadOracle } from './plainHeadOracle.ts';

const runtime = { ort, sessionOptions: { intraOpNumThreads: 1, interOpNumThreads: 1 } };

describe('the bench of a head', () => {
  it('trains the plain head to the losses of float64 loops, which count the FLOP that it prints', async () => {
    const engine = await plainEngine(runtime);
    const oracle = new PlainHeadOracle();
    for (let step = 1; step <= 3; step++) {
      const expected = oracle.step();
      expect((await engine(1)).loss).toBeCloseTo(expected, 4);
      expect(oracle.flop).toBe(step * stepFlop);
    }
  });

  it('reports the loss of the head that the app trains without any trace of masking', async () => {
    const config = { ...appHeadConfig, hiddenSize: 16, occupations: 9, covariateRows: 40, rank: 4 };
    const random = new SeededRandom('small');
    const rows = 64;
    const graph = appHeadGraph(config, rows);
    const feeds = appHeadFeeds(random, config, rows);
    const theta = Float32Array.from({ length: graph.inputs[0].shape[0] }, () => 0.3 * random.normal());
    expect(graph.inputs[0].name).toBe('theta');
    const session = await ort.InferenceSession.create(graph.bytes, runtime.sessionOptions);
    const vector = (data: Float32Array) => new ort.Tensor('float32', data, [data.length]);
    const { loss } = await session.run({
      ...Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, ortTensor(runtime, feed)])),
      theta: vector(theta),
      mu: vector(new Float32Array(theta.length)),
      nu: vector(new Float32Array(theta.length)),
      learning_rate: vector(Float32Array.of(1e-3)),
      bias_correction_1: vector(Float32Array.of(0.1)),
      bias_correction_2: vector(Float32Array.of(0.02)),
    });
    const expected = appHeadLoss(config, namedTensors(graph.parameters, theta), feeds);
    expect(Number(loss.data[0])).toBeCloseTo(expected, 4);
    // Chance among nine would be ln 9.
    expect(expected).toBeLessThan(20);
  });
});
