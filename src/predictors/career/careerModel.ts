import type { EncodedCareer, PanelEncoding } from '../records/panelEncoding.ts';
import type { GraphRunner } from '../training/graphRunner.ts';
import { checkDistributions } from '../training/outputCheck.ts';
import { float32 } from '../training/runtime.ts';
import { careerBatches, careerInputs } from './careerBatches.ts';
import type { CareerConfig } from './careerConfig.ts';
import { careerPredictionGraph } from './careerGraph.ts';

/** People whose distributions are computed at once. */
const batchSize = 32;

/** A trained CAREER: distributions over the list at every step of a career. */
export class CareerModel {
  constructor(
    readonly encoding: PanelEncoding,
    readonly config: CareerConfig,
    readonly theta: Float32Array,
    private readonly runner: GraphRunner,
  ) {}

  /** Every person's `[steps × occupations]` distributions, in the order given. */
  async probabilities(people: readonly EncodedCareer[]): Promise<Float32Array[]> {
    const { occupations } = this.config;
    const rows = new Map<EncodedCareer, Float32Array>();
    for (const batch of careerBatches(people, batchSize)) {
      const { steps } = batch;
      const feeds = { ...careerInputs(batch, batchSize, this.config), theta: float32(this.theta) };
      const graph = () => careerPredictionGraph(this.config, { batchSize, steps });
      const outputs = await this.runner.run(
        `career prediction ${steps} ${JSON.stringify(this.config)}`,
        graph,
        feeds,
      );
      const data = (await outputs.probabilities.getData()) as Float32Array;
      batch.people.forEach((person, p) => {
        const start = p * steps * occupations;
        const own = data.slice(start, start + person.previous.length * occupations);
        checkDistributions(own, occupations);
        rows.set(person, own);
      });
      outputs.probabilities.dispose();
    }
    return people.map((person) => rows.get(person) ?? new Float32Array(0));
  }
}
