import type { GraphRunner } from '../training/graphRunner.ts';
import { checkDistributions } from '../training/outputCheck.ts';
import { float32 } from '../training/runtime.ts';
import type { HeadConfig } from './headConfig.ts';
import { headPredictionGraph } from './headGraph.ts';
import { type HeadCareer, headInputs, type HeadRow } from './headRows.ts';
import { titleFeeds, type TitleLogits } from './titleLogits.ts';

/** Steps whose distributions are computed at once: many when a panel is scored, one when a person asks. */
const panelRows = 256;

/** A trained head: distributions over its list at every step of a career. */
export class HeadModel {
  constructor(
    readonly config: HeadConfig,
    private readonly titles: TitleLogits,
    readonly theta: Float32Array,
    private readonly runner: GraphRunner,
  ) {}

  /** Every person's `[steps × occupations]` distributions, in the order given. */
  async probabilities(people: readonly HeadCareer[]): Promise<Float32Array[]> {
    const { occupations } = this.config;
    const rows = people.flatMap((person): HeadRow[] =>
      Array.from(person.career.previous, (_, step) => ({ person, step })),
    );
    const flat = new Float32Array(rows.length * occupations);
    const size = rows.length === 1 ? 1 : panelRows;
    for (let start = 0; start < rows.length; start += size)
      flat.set(await this.#distributions(rows.slice(start, start + size), size), start * occupations);
    let start = 0;
    return people.map(({ career }) => {
      const end = start + career.previous.length * occupations;
      const own = flat.subarray(start, end);
      start = end;
      return own;
    });
  }

  /** Mean −ln p of the observed occupation in rows that have one. */
  async meanNll(rows: readonly HeadRow[]): Promise<number> {
    const { occupations } = this.config;
    let total = 0;
    for (let start = 0; start < rows.length; start += panelRows) {
      const batch = rows.slice(start, start + panelRows);
      const probabilities = await this.#distributions(batch, panelRows);
      batch.forEach(({ person, step }, row) => {
        total -= Math.log(probabilities[row * occupations + person.career.states[step]]);
      });
    }
    return total / rows.length;
  }

  async #distributions(rows: readonly HeadRow[], size: number): Promise<Float32Array> {
    const key = `head prediction ${size} ${JSON.stringify(this.config)}`;
    const feeds = {
      ...headInputs(rows, size, this.config),
      ...titleFeeds(this.titles, this.config),
      theta: float32(this.theta),
    };
    const graph = () => headPredictionGraph(this.config, { rows: size });
    const { probabilities } = await this.runner.run(key, graph, feeds);
    const data = (await probabilities.getData()) as Float32Array;
    const own = data.slice(0, rows.length * this.config.occupations);
    checkDistributions(own, this.config.occupations);
    return own;
  }
}
