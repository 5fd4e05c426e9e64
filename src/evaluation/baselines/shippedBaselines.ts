import type { BaselineFile } from './baselineFile.ts';
import type { TransitionFile } from './transitionTable.ts';

/** `models/baselines.json`: the mixture that stands beside every prediction and the table of where people went. */
export interface ShippedBaselines {
  format: 'onward-baselines';
  version: 1;
  /** Who was counted. */
  population: {
    name: string;
    people: number;
    observations: number;
    firstYear: number;
    lastYear: number;
    source: string;
  };
  mixture: BaselineFile;
  transitions: TransitionFile;
}
