import { type AdamW, type CompiledGraph, elementCount, type Parameter } from '../../onnx/index.ts';
import { SeededRandom } from '../../platform/index.ts';
import type { EncodedCareer, PanelEncoding } from '../records/panelEncoding.ts';
import { sometimesWithoutPay } from '../records/hiddenPay.ts';
import { meanNll } from '../records/panelModel.ts';
import { DropoutMasks } from '../training/dropoutMask.ts';
import type { GraphRunner } from '../training/graphRunner.ts';
import type { TrainingBatch, TrainingTask } from '../training/trainingTask.ts';
import { careerBatches, type CareerBatch, careerInputs, careerTargets } from './careerBatches.ts';
import { type CareerConfig, careerParameters } from './careerConfig.ts';
import { careerDropoutNames, careerTrainingGraph } from './careerGraph.ts';
import { CareerModel } from './careerModel.ts';
import { type TrainedCareer, warmStart } from './warmStart.ts';

/** Sizes and training of CAREER, besides its schedule. */
export interface CareerSettings {
  readonly seed: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly positions: number;
  /** See `CareerConfig`. */
  readonly ownHistory: boolean;
  readonly dropout: number;
  /** People in a batch. */
  readonly batchSize: number;
  readonly optimizer: AdamW;
}

/** CAREER on the training people of a panel, from scratch or on from what another panel has taught. */
export class CareerTask implements TrainingTask {
  readonly fingerprint: string;
  readonly config: CareerConfig;
  readonly parameters: readonly Parameter[];
  readonly optimizer: AdamW;
  readonly stepsPerEpoch: number;
  readonly #masks: DropoutMasks;

  constructor(
    readonly encoding: PanelEncoding,
    private readonly training: readonly EncodedCareer[],
    private readonly tuning: readonly EncodedCareer[],
    readonly settings: CareerSettings,
    private readonly pretrained?: TrainedCareer,
  ) {
    const { hiddenSize, layers, heads, intermediateSize, positions, ownHistory, optimizer, batchSize } =
      settings;
    this.config = {
      occupations: encoding.list.occupations.length,
      covariateRows: encoding.covariateRows,
      covariateFields: encoding.fields.length,
      hiddenSize,
      layers,
      heads,
      intermediateSize,
      positions,
      ownHistory,
    };
    this.parameters = careerParameters(this.config);
    this.optimizer = optimizer;
    this.stepsPerEpoch = careerBatches(training, batchSize).length;
    this.fingerprint = JSON.stringify([
      'career',
      this.config,
      settings,
      encoding.list.name,
      training.map(({ personId }) => personId),
      pretrained ? pretrained.theta.reduce((sum, value) => sum + value, 0) : null,
    ]);
    this.#masks = new DropoutMasks(settings.dropout);
  }

  /** Normal weights of 0.02 … 1/√in, residual outputs scaled down by depth; norms 1, biases 0. */
  initialTheta(): Float32Array {
    const random = new SeededRandom(this.settings.seed).split('parameters');
    const { layers } = this.config;
    const values: number[] = [];
    for (const { name, shape } of this.parameters) {
      const isTable = /^(state|covariates|position)/.test(name);
      const isOutput = /(output|down)\.weight$/.test(name);
      const deviation = isTable
        ? 0.02
        : (0.5 / Math.sqrt(shape[1] ?? 1)) * (isOutput ? 1 / Math.sqrt(2 * layers) : 1);
      const constant = name.endsWith('norm.weight') ? 1 : 0;
      for (let i = 0; i < elementCount(shape); i++)
        values.push(shape.length === 1 ? constant : random.normal() * deviation);
    }
    const theta = Float32Array.from(values);
    if (this.pretrained) warmStart(theta, this, this.pretrained);
    return theta;
  }

  graph(graphKey: string): CompiledGraph {
    const { batchSize, dropout } = this.settings;
    const options = { batchSize, steps: Number(graphKey), optimizer: this.optimizer, dropout: dropout > 0 };
    return careerTrainingGraph(this.config, options);
  }

  epoch(epoch: number): readonly TrainingBatch[] {
    const random = new SeededRandom(this.settings.seed).split(`order ${epoch}`);
    return careerBatches(this.training, this.settings.batchSize, random).map((batch) => this.#batch(batch));
  }

  tuningNll(theta: Float32Array, runner: GraphRunner): Promise<number> {
    const model = new CareerModel(this.encoding, this.config, theta, runner);
    return meanNll(model, this.tuning, this.config.occupations);
  }

  #batch(batch: CareerBatch): TrainingBatch {
    const { batchSize, seed } = this.settings;
    const shape = [batchSize * batch.steps, this.config.hiddenSize];
    return {
      graphKey: String(batch.steps),
      examples: batch.people.reduce((total, { states }) => total + states.length, 0),
      feeds: (step) => {
        const random = new SeededRandom(seed).split(`step ${step}`);
        const pay = random.split('pay');
        const people = batch.people.map((person) => sometimesWithoutPay(person, this.encoding, pay));
        return {
          ...careerInputs({ ...batch, people }, batchSize, this.config),
          ...careerTargets(batch, batchSize, this.config.occupations),
          ...this.#masks.feeds(careerDropoutNames(this.config), shape, random),
        };
      },
    };
  }
}
