import {
  fromBaselineFile,
  fromTransitionFile,
  transitionRow,
  type BaselineModel,
  type ShippedBaselines,
  type TransitionTable,
} from '../../evaluation/index.ts';
import { occ1990dd, type OccupationList } from '../../occupation/index.ts';
import { buildFile } from '../../shell/index.ts';
import type { Comparison } from '../answer/comparison.ts';
import type { Question } from './forecast.svelte.ts';

interface Tables {
  list: OccupationList;
  population: ShippedBaselines['population'];
  transitions: TransitionTable;
  mixture: BaselineModel;
}

/** The counted tables that ship beside the model: plain arithmetic, to compare its answer with. */
export class Baseline {
  #tables = $state.raw<Tables | null>(null);

  /** Loads the tables from our own origin. Without them the page shows the model's answer alone. */
  async load(): Promise<void> {
    try {
      const response = await buildFile('models/baselines.json');
      if (!response.ok) return;
      const file = (await response.json()) as ShippedBaselines;
      if (file.format !== 'onward-baselines' || file.version !== 1) return;
      this.#tables = {
        list: occ1990dd,
        population: file.population,
        transitions: fromTransitionFile(file.transitions, occ1990dd),
        mixture: fromBaselineFile(file.mixture, occ1990dd),
      };
    } catch {
      // No table is no reason to withhold the answer; there is just no comparison.
      this.#tables = null;
    }
  }

  /**
   * What people did next whose last state was the same. Where too few had it, or there is none yet, the mixture of
   * tables over age, education and history stands in, and the label says so. Null without tables for the list.
   */
  compare({ history, next, list }: Question): Comparison | null {
    const tables = this.#tables;
    if (list.name !== tables?.list.name) return null;
    const last = history.observations.at(-1);
    const row = last?.occupationCode ? transitionRow(tables.transitions, last.occupationCode) : null;
    if (last && row) {
      return {
        label: `people of ${tables.population.name} whose last step was “${last.title}”`,
        people: row.people,
        probabilities: row.probabilities,
      };
    }
    return {
      label: `a mixture of tables over age, education and history, from ${tables.population.name}`,
      people: null,
      probabilities: tables.mixture.probabilities(history, next),
    };
  }
}
