import {
  dropoutNames,
  frozenParameters,
  llamaTrainingGraph,
  trainedLoraParameters,
  type AdamW,
  type CompiledGraph,
  type LoraConfig,
  type Parameter,
} from '../../onnx/index.ts';
import { SeededRandom } from '../../platform/index.ts';
import { batchTensors, planBatches, rowsPerBatch, type DocumentBatch } from '../documents/batches.ts';
import { contentHash, type TokenDocument } from '../documents/document.ts';
import { DropoutMasks } from '../training/dropoutMask.ts';
import type { GraphRunner } from '../training/graphRunner.ts';
import { float32, type Feed } from '../training/runtime.ts';
import type { TrainingBatch, TrainingTask } from '../training/trainingTask.ts';
import { weightFeeds, type BaseModel } from './baseModel.ts';
import { initialLora } from './loraTensors.ts';
import type { LowerStates } from './lowerStates.ts';
import { meanTitleNll } from './titleNll.ts';
import { documentFeeds, type TunedModel } from './tunedModel.ts';

/** LoRA and its training, besides the schedule. What the loss counts is in the weights of the documents. */
export interface LoraSettings {
  readonly seed: number;
  readonly lora: LoraConfig;
  /** On the embedding, on each residual branch, and on what the head reads. */
  readonly dropout: number;
  /** About how many tokens a step sees, padding included. */
  readonly tokensPerBatch: number;
  readonly optimizer: AdamW;
}

/**
 * Fine-tuning of a language model by next-token prediction, its own weights frozen (Hu et al. 2021). With `states`, only
 * the layers from `states.firstLayer` on are run, on what the others once made of the documents. Documents longer than the
 * longest row are cut.
 */
export class LoraTask implements TrainingTask {
  readonly fingerprint: string;
  readonly parameters: readonly Parameter[];
  readonly optimizer: AdamW;
  readonly constants: ReadonlyMap<string, Feed>;
  readonly stepsPerEpoch: number;
  readonly #model: TunedModel;
  readonly #firstLayer: number;
  readonly #masks: DropoutMasks;

  /** Throws `bad-input` for LoRA that does not fit the model, or adapts layers that are not run. */
  constructor(
    readonly base: BaseModel,
    private readonly training: readonly TokenDocument[],
    private readonly tuning: readonly TokenDocument[],
    readonly settings: LoraSettings,
    states?: LowerStates,
  ) {
    const { lora, optimizer, tokensPerBatch, dropout } = settings;
    this.#model = { base, lora, states };
    this.#firstLayer = states?.firstLayer ?? 0;
    this.parameters = trainedLoraParameters(base.config, lora, this.#firstLayer);
    this.optimizer = optimizer;
    this.constants = weightFeeds(base, frozenParameters(base.config, this.#firstLayer));
    this.stepsPerEpoch = planBatches(training, tokensPerBatch).length;
    const data = [contentHash(training), contentHash(tuning)];
    this.fingerprint = JSON.stringify(['lora', base.name, base.revision, settings, this.#firstLayer, data]);
    this.#masks = new DropoutMasks(dropout);
  }

  initialTheta(): Float32Array {
    return initialLora(this.base.config, this.settings.lora, this.settings.seed);
  }

  /** The graph of the batches of one row length. */
  graph(graphKey: string): CompiledGraph {
    const { lora, optimizer, dropout, tokensPerBatch } = this.settings;
    const sequenceLength = Number(graphKey);
    return llamaTrainingGraph(this.base.config, {
      batchSize: rowsPerBatch(sequenceLength, tokensPerBatch),
      sequenceLength,
      lora,
      optimizer,
      dropout: dropout > 0,
      firstLayer: this.#firstLayer,
    });
  }

  epoch(epoch: number): readonly TrainingBatch[] {
    const random = new SeededRandom(this.settings.seed).split(`order ${epoch}`);
    return planBatches(this.training, this.settings.tokensPerBatch, random).map((batch) =>
      this.#batch(batch),
    );
  }

  tuningNll(theta: Float32Array, runner: GraphRunner): Promise<number> {
    return meanTitleNll(this.#model, theta, this.tuning, runner);
  }

  #batch(batch: DocumentBatch): TrainingBatch {
    const { tokensPerBatch, seed } = this.settings;
    const { config } = this.base;
    const rows = rowsPerBatch(batch.rowLength, tokensPerBatch);
    const tokens = rows * batch.rowLength;
    const names = dropoutNames(config, this.#firstLayer);
    return {
      graphKey: String(batch.rowLength),
      examples: batch.documents.reduce((total, document) => total + document.tokens.length, 0),
      feeds: (step) => {
        const tensors = batchTensors(batch, rows);
        const random = new SeededRandom(seed).split(`step ${step}`);
        return {
          ...documentFeeds(this.#model, batch, tensors),
          label_weights: float32(tensors.labelWeights, [tokens, 1]),
          ...this.#masks.feeds(names, [tokens, config.hiddenSize], random),
        };
      },
    };
  }
}
