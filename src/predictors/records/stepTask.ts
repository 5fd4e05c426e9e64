import { type AdamW, type CompiledGraph, elementCount, type Parameter } from '../../onnx/index.ts';
import { SeededRandom } from '../../platform/index.ts';
import { type CareerStep, labelledSteps, twoStageTargets } from './careerSteps.ts';
import { sometimesWithoutPay } from './hiddenPay.ts';
import type { EncodedCareer, PanelEncoding } from './panelEncoding.ts';
import { meanNll } from './panelModel.ts';
import { DropoutMasks } from '../training/dropoutMask.ts';
import type { GraphRunner } from '../training/graphRunner.ts';
import type { Feed } from '../training/runtime.ts';
import type { TrainingBatch, TrainingTask } from '../training/trainingTask.ts';
import type { StepForm } from './stepForm.ts';
import { stepTrainingGraph } from './stepGraph.ts';
import { stepInputs, StepModel } from './stepModel.ts';

/** Training of a model of single steps, besides its sizes and schedule. */
export interface StepSettings {
  readonly seed: number;
  /** Of forms that have any. */
  readonly dropout: number;
  /** Steps of careers in a batch. */
  readonly batchSize: number;
  readonly optimizer: AdamW;
}

/** A model of single steps on the training people of a panel. */
export class StepTask implements TrainingTask {
  readonly fingerprint: string;
  readonly parameters: readonly Parameter[];
  readonly optimizer: AdamW;
  readonly stepsPerEpoch: number;
  readonly #training: readonly CareerStep[];
  readonly #masks: DropoutMasks;

  constructor(
    readonly form: StepForm,
    private readonly encoding: PanelEncoding,
    training: readonly EncodedCareer[],
    private readonly tuning: readonly EncodedCareer[],
    readonly settings: StepSettings,
  ) {
    this.parameters = form.parameters;
    this.optimizer = settings.optimizer;
    this.#training = labelledSteps(training, form.sizes.occupations);
    this.stepsPerEpoch = Math.ceil(this.#training.length / settings.batchSize);
    const people = training.map(({ personId }) => personId);
    const { kind, sizes, parameters } = form;
    const { list, fields } = encoding;
    this.fingerprint = JSON.stringify([kind, sizes, parameters, settings, list.name, fields, people]);
    this.#masks = new DropoutMasks(settings.dropout);
  }

  initialTheta(): Float32Array {
    const random = new SeededRandom(this.settings.seed).split('parameters');
    const theta: number[] = [];
    for (const { name, shape } of this.parameters) {
      const deviation = this.form.deviations[name];
      for (let i = 0; i < elementCount(shape); i++) theta.push(deviation ? random.normal() * deviation : 0);
    }
    return Float32Array.from(theta);
  }

  graph(): CompiledGraph {
    const { batchSize: rows, dropout } = this.settings;
    return stepTrainingGraph(this.form, { rows, optimizer: this.optimizer, dropout: dropout > 0 });
  }

  epoch(epoch: number): readonly TrainingBatch[] {
    const { batchSize, seed } = this.settings;
    const steps = new SeededRandom(seed).split(`order ${epoch}`).shuffle([...this.#training]);
    return Array.from({ length: this.stepsPerEpoch }, (_, i) => {
      const batch = steps.slice(i * batchSize, (i + 1) * batchSize);
      return {
        graphKey: this.form.kind,
        examples: batch.length,
        feeds: (step: number) => this.#feeds(batch, step),
      };
    });
  }

  tuningNll(theta: Float32Array, runner: GraphRunner): Promise<number> {
    return meanNll(new StepModel(this.form, theta, runner), this.tuning, this.form.sizes.occupations);
  }

  #feeds(batch: readonly CareerStep[], step: number): Record<string, Feed> {
    const { batchSize, seed } = this.settings;
    const random = new SeededRandom(seed).split(`step ${step}`);
    const masks = this.form.dropouts.map(({ name, width }) =>
      this.#masks.feeds([name], [batchSize, width], random),
    );
    const pay = random.split('pay');
    const read = batch.map(({ career, step: at }) => ({
      career: sometimesWithoutPay(career, this.encoding, pay),
      step: at,
    }));
    return Object.assign(
      stepInputs(this.form, read, batchSize),
      twoStageTargets(batch, batchSize, this.form.sizes.occupations),
      ...masks,
    ) as Record<string, Feed>;
  }
}
