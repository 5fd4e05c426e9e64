import * as ort from 'onnxruntime-node';
import { syntheticCareers, SyntheticMarket } from '../../src/career/index.ts';
import { careerDocument } from '../../src/predictors/documents/document.ts';
import { GraphRunner } from '../../src/predictors/training/graphRunner.ts';
import { TrainingRun } from '../../src/predictors/training/trainingRun.ts';
import { type BaseModel } from '../../src/predictors/lora/baseModel.ts';
import { type LoraSettings, type LoraTask } from '../../src/predictors/lora/loraTask.ts';
import { type TrainingState } from '../../src/predictors/training/trainingState.ts';
import type { LlamaConfig } from '../../src/onnx/index.ts';
import { randomParameters } from '../fixtures/randomLlama.ts';
import { WordEncoder } from '../fixtures/wordEncoder.ts';

/** Small enough for milliseconds, with heads that the exported decoder takes. */
export const config: LlamaConfig = {
  vocabSize: 128,
  hiddenSize: 32,
  layers: 2,
  heads: 2,
  kvHeads: 1,
  intermediateSize: 48,
  ropeTheta: 10_000,
  rmsNormEpsilon: 1e-5,
};

export const base: BaseModel = {
  name: 'tiny',
  revision: '1',
  config,
  tensors: randomParameters(config, 5),
};

export const settings: LoraSettings = {
  seed: 1,
  lora: { rank: 4, alpha: 8, targets: ['q_proj', 'v_proj', 'up_proj', 'down_proj'] },
  dropout: 0.1,
  tokensPerBatch: 512,
  optimizer: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 },
};

/** People of an invented market of eight occupations. */
const occupations = [
  { code: 'in_school', title: 'In school' },
  { code: 'not_working', title: 'Not working' },
  ...['Bakers', 'Clerks', 'Cooks', 'Nurses', 'Pilots', 'Smiths'].map((title) => ({ code: title, title })),
];
const market = new SyntheticMarket(3, occupations);
export const careers = syntheticCareers({ people: 60, seed: 9, market, occupations });

const encoder = new WordEncoder(config.vocabSize);
export const encode = (structureWeight: number) =>
  careers.map((career) => careerDocument(career, encoder, structureWeight));

export function nodeRunner(): GraphRunner {
  return new GraphRunner({ ort, sessionOptions: { executionProviders: ['cpu'], intraOpNumThreads: 1 } });
}

/** Trains for so many steps, or to the end; returns the state and the losses of its steps. */
export async function train(
  task: LoraTask,
  { epochs = 3, steps = Infinity, state }: { epochs?: number; steps?: number; state?: TrainingState } = {},
): Promise<{ state: TrainingState; losses: number[] }> {
  const runner = nodeRunner();
  const schedule = { peak: 0.02, warmupSteps: 4, decay: 'cosine' } as const;
  const run = new TrainingRun(task, { epochs, patience: epochs, schedule }, runner, state);
  const losses: number[] = [];
  for await (const event of run.events()) {
    if (event.kind === 'step') losses.push(event.loss);
    if (losses.length >= steps) break;
  }
  const final = await run.checkpoint();
  run.dispose();
  await runner.dispose();
  return { state: final, losses };
}
