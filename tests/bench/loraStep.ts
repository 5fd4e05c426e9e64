/**
 * Speed of a LoRA step on the bundled model's shape, in one run, one thread each, by processor time, which other work on
 * the machine does not stretch:
 *   npx tsx tests/bench/loraStep.ts [steps that are timed, of each engine] [steps of the memory test]
 * Prints one JSON object. `wasm`: our graph on the WebAssembly build of onnxruntime that the page runs; `jax`: the same
 * step by jax-js on WebAssembly, whose losses the others must have; `native`: our graph on onnxruntime-node. All sizes are multiples of 16, which jax-js needs
 * to be fast. `memory`: resident megabytes after a tenth and after all of the steps of a training run on WebAssembly.
 */
import * as native from 'onnxruntime-node';
import { encodeDocument, type TokenDocument } from '../../src/predictors/documents/document.ts';
import { GraphRunner } from '../../src/predictors/training/graphRunner.ts';
import { LoraTask, type LoraSettings } from '../../src/predictors/lora/loraTask.ts';
import { TrainingRun } from '../../src/predictors/training/trainingRun.ts';
import { type BaseModel } from '../../src/predictors/lora/baseModel.ts';
import { type TrainingRuntime } from '../../src/predictors/training/runtime.ts';
import { loraParameters, namedTensors } from '../../src/onnx/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { randomParameters, shippedShape } from '../fixtures/randomLlama.ts';
import { jaxLoraStep } from './jaxLoraStep.ts';
import { checkFigure } from './oracleCheck.ts';

const [timedSteps = 5, memorySteps = 1000] = process.argv.slice(2).map(Number);
const config = { ...shippedShape, vocabSize: 3264 };
const base: BaseModel = { name: 'random', revision: '1', config, tensors: randomParameters(config, 1) };
const rowLength = 112;
const rows = 16;
const settings: LoraSettings = {
  seed: 1,
  lora: { rank: 16, alpha: 32, targets: ['q_proj', 'v_proj'] },
  dropout: 0,
  tokensPerBatch: rows * rowLength,
  optimizer: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 },
};
const schedule = { peak: 1e-3, warmupSteps: 0, decay: 'constant' } as const;

/** onnxruntime-web in Node defines a global `Worker`, by which jax-js, if it ran later, would take itself to be in a browser. */
async function webRuntime(): Promise<TrainingRuntime> {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  return { ort, sessionOptions: { executionProviders: ['wasm'] } };
}
const nativeRuntime: TrainingRuntime = {
  ort: native,
  sessionOptions: { executionProviders: ['cpu'], intraOpNumThreads: 1, interOpNumThreads: 1 },
};

/** Random texts of so many tokens, which all count; the last two are a title and its end. */
function randomDocuments(count: number, tokens: number): TokenDocument[] {
  const random = new SeededRandom('bench');
  const encoder = {
    encode: ({ text }: { text: string }) =>
      Array.from({ length: Number(text) }, () => random.integer(config.vocabSize)),
  };
  const pieces = [tokens - 2, 1, 1].map((length) => ({ text: String(length), verbatim: true, weight: 1 }));
  return Array.from({ length: count }, () => encodeDocument(pieces, encoder, [1]));
}

/** Median milliseconds that the processor works on a step after the first two, and the losses, for comparison. */
async function timed(step: () => Promise<number>): Promise<{ milliseconds: number; losses: number[] }> {
  const losses = [await step(), await step()];
  const times: number[] = [];
  for (let i = 0; i < timedSteps; i++) {
    const start = process.cpuUsage();
    losses.push(await step());
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000);
  }
  return { milliseconds: times.sort((a, b) => a - b)[times.length >> 1], losses };
}

/** A training run as a function that does its next step. */
function training(runtime: TrainingRuntime, task: LoraTask, epochs: number): () => Promise<number> {
  const run = new TrainingRun(task, { epochs, patience: epochs, schedule }, new GraphRunner(runtime));
  const events = run.events();
  return async () => {
    for (;;) {
      const { value, done } = await events.next();
      if (done === true) throw new Error('The run is over.');
      if (value.kind === 'step') return value.loss;
    }
  };
}

// One text in every row of every step, so that all engines see the same batches.
const [document] = randomDocuments(1, rowLength + 1);
const steps = timedSteps + 2;
const oneEpoch = () =>
  new LoraTask(base, new Array<TokenDocument>(rows * steps).fill(document), [document], settings);

function jaxStep(): Promise<() => Promise<number>> {
  const task = oneEpoch();
  const inEveryRow = (start: number) =>
    Array.from({ length: rows }, () => [...document.tokens.slice(start, start + rowLength)]).flat();
  return jaxLoraStep(
    config,
    {
      parameters: task.parameters,
      theta: namedTensors(loraParameters(config, settings.lora), task.initialTheta()),
    },
    {
      batchSize: rows,
      sequenceLength: rowLength,
      ids: inEveryRow(0),
      labels: inEveryRow(1),
      labelWeights: new Float32Array(rows * rowLength).fill(1 / (rows * rowLength)),
      dropout: new Map(),
      lora: {
        scale: settings.lora.alpha / settings.lora.rank,
        frozen: new Map([...base.tensors].map(([name, values]) => [name, Float32Array.from(values)])),
      },
    },
    settings.optimizer,
    schedule.peak,
  );
}

/** Resident megabytes after a tenth of the steps, and after all. */
async function memory(runtime: TrainingRuntime): Promise<{ steps: number; early: number; late: number }> {
  const short = { ...settings, tokensPerBatch: 96 };
  const task = new LoraTask(base, randomDocuments(100, 40), randomDocuments(1, 40), short);
  const step = training(runtime, task, Math.ceil(memorySteps / task.stepsPerEpoch));
  const resident = () => Math.round(process.memoryUsage().rss / 2 ** 20);
  let early = 0;
  for (let i = 1; i <= memorySteps; i++) {
    await step();
    if (i === Math.ceil(memorySteps / 10)) early = resident();
  }
  return { steps: memorySteps, early, late: resident() };
}

const jax = await timed(await jaxStep());
const wasmRuntime = await webRuntime();
const wasm = await timed(training(wasmRuntime, oneEpoch(), 1));
const onNode = await timed(training(nativeRuntime, oneEpoch(), 1));
const tokensPerSecond = ({ milliseconds }: typeof wasm) =>
  Math.round((rows * rowLength * 1000) / milliseconds);
for (const [step, loss] of jax.losses.entries()) {
  checkFigure(`The loss of step ${step + 1} on WebAssembly`, wasm.losses[step], loss, 1e-3);
  checkFigure(`The loss of step ${step + 1} on onnxruntime-node`, onNode.losses[step], loss, 1e-3);
}
const apart = Math.max(...wasm.losses.map((loss, step) => Math.abs(loss - jax.losses[step])));
console.log(
  JSON.stringify({
    config,
    lora: settings.lora,
    tokens: rows * rowLength,
    tokensPerSecond: {
      wasm: tokensPerSecond(wasm),
      jax: tokensPerSecond(jax),
      native: tokensPerSecond(onNode),
    },
    wasmToJax: jax.milliseconds / wasm.milliseconds,
    largestLossDifference: apart,
    memory: memorySteps > 0 ? await memory(wasmRuntime) : null,
  }),
);
