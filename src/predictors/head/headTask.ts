import { type AdamW, type CompiledGraph, elementCount, type Parameter } from '../../onnx/index.ts';
import { SeededRandom } from '../../platform/index.ts';
import { sometimesWithoutPay } from '../records/hiddenPay.ts';
import type { PanelEncoding } from '../records/panelEncoding.ts';
import { DropoutMasks } from '../training/dropoutMask.ts';
import type { GraphRunner } from '../training/graphRunner.ts';
import type { Feed } from '../training/runtime.ts';
import type { TrainingBatch, TrainingTask } from '../training/trainingTask.ts';
import { type HeadConfig, headParameters } from './headConfig.ts';
import { headDropouts, headTrainingGraph } from './headGraph.ts';
import { HeadModel } from './headModel.ts';
import { type HeadCareer, headInputs, type HeadRow, headTargets, labelledRows } from './headRows.ts';
import { titleFeeds, type TitleLogits } from './titleLogits.ts';

/** Training of a head, besides its sizes and schedule. */
export interface HeadSettings {
  /** Names the language model whose hidden states are read: a run does not go on with another one's. */
  readonly basis: string;
  readonly seed: number;
  /** On the hidden states, inside the adapter, and on what the head reads. */
  readonly dropout: number;
  /** Steps of careers in a batch. */
  readonly batchSize: number;
  readonly optimizer: AdamW;
}

/** A head on hidden states that stay as they are. */
export class HeadTask implements TrainingTask {
  readonly fingerprint: string;
  readonly parameters: readonly Parameter[];
  readonly optimizer: AdamW;
  readonly stepsPerEpoch: number;
  readonly #training: readonly HeadRow[];
  readonly #tuning: readonly HeadRow[];
  readonly constants: ReadonlyMap<string, Feed>;
  readonly #masks: DropoutMasks;

  constructor(
    readonly config: HeadConfig,
    training: readonly HeadCareer[],
    tuning: readonly HeadCareer[],
    private readonly titles: TitleLogits,
    private readonly encoding: PanelEncoding,
    readonly settings: HeadSettings,
  ) {
    this.parameters = headParameters(config);
    this.optimizer = settings.optimizer;
    this.#training = labelledRows(training, config.occupations);
    this.#tuning = labelledRows(tuning, config.occupations);
    this.stepsPerEpoch = Math.ceil(this.#training.length / settings.batchSize);
    const people = training.map(({ career }) => career.personId);
    this.fingerprint = JSON.stringify(['head', config, settings, people]);
    this.constants = new Map(Object.entries(titleFeeds(titles, config)));
    this.#masks = new DropoutMasks(settings.dropout);
  }

  /** Every path begins at 0: the head begins as `baseWeight` of the language model. */
  initialTheta(): Float32Array {
    const random = new SeededRandom(this.settings.seed).split('parameters');
    const starts: Record<string, number> = {
      'adapter.down.weight': 0.5 / Math.sqrt(this.config.hiddenSize),
      'adapter.previous.weight': 0.1,
      'adapter.covariates.weight': 0.1,
      'previous.down.weight': 0.1,
    };
    const theta: number[] = [];
    for (const { name, shape } of this.parameters)
      for (let i = 0; i < elementCount(shape); i++)
        theta.push(name === 'norm.weight' ? 1 : name in starts ? random.normal() * starts[name] : 0);
    return Float32Array.from(theta);
  }

  graph(): CompiledGraph {
    const { batchSize, dropout } = this.settings;
    const options = { rows: batchSize, optimizer: this.optimizer, dropout: dropout > 0 };
    return headTrainingGraph(this.config, options);
  }

  epoch(epoch: number): readonly TrainingBatch[] {
    const { batchSize, seed } = this.settings;
    const rows = new SeededRandom(seed).split(`order ${epoch}`).shuffle([...this.#training]);
    return Array.from({ length: this.stepsPerEpoch }, (_, i) => {
      const batch = rows.slice(i * batchSize, (i + 1) * batchSize);
      return { graphKey: 'head', examples: batch.length, feeds: (step: number) => this.#feeds(batch, step) };
    });
  }

  tuningNll(theta: Float32Array, runner: GraphRunner): Promise<number> {
    return new HeadModel(this.config, this.titles, theta, runner).meanNll(this.#tuning);
  }

  #feeds(batch: readonly HeadRow[], step: number): Record<string, Feed> {
    const { batchSize, seed } = this.settings;
    const random = new SeededRandom(seed).split(`step ${step}`);
    const masks = headDropouts(this.config, batchSize).map(({ name, shape }) =>
      this.#masks.feeds([name], shape, random),
    );
    const pay = random.split('pay');
    const read = batch.map(({ person, step: at }) => {
      const career = sometimesWithoutPay(person.career, this.encoding, pay);
      return { person: { ...person, career }, step: at };
    });
    return Object.assign(
      headInputs(read, batchSize, this.config),
      headTargets(batch, batchSize, this.config.occupations),
      ...masks,
    ) as Record<string, Feed>;
  }
}
