/**
 * What is asked and told about experiments. Types only.
 */
import type { ComparisonReport, PairedDifference } from '../../evaluation/index.ts';
import type { ErrorCode } from '../../platform/index.ts';

export interface ExperimentRequest {
  /** Of one of evaluation's `experiments`. */
  name: string;
  /** Ids of panels: whose people are learned from and tested, and another population where the experiment needs one. */
  panel: string;
  other?: string;
  /** Draws people where there are to be fewer, and begins every model. */
  seed: number;
  /** Most people of each panel, drawn by the seed, their parts in proportion. Default: all. */
  people?: number;
  /** Most epochs of each arm. Default: the app's own settings. */
  epochs?: number;
  /** By name, for every arm that has such a setting: other than the app's own, but not what the experiment compares. */
  settings?: Readonly<Record<string, string | number | boolean>>;
  /** Bootstrap draws of people. Default 500. */
  draws?: number;
}

export interface ArmProgress {
  arm: string;
  /** Its place among the arms, from 0, and their number. */
  index: number;
  arms: number;
  doing: 'reading' | 'training' | 'scoring';
  done: number;
  total: number;
  /** Epoch in progress, from 0; null where nothing is trained. */
  epoch: number | null;
  /** Until this is done, in seconds; training may stop earlier. Null while it is not known. */
  secondsLeft: number | null;
}

/** How an arm came to its answers. */
export interface ArmOutcome {
  arm: string;
  /** In plain words. */
  label: string;
  /** Its fitting people, and how many of those are of the other population; 0 where it learned nothing here. */
  learnedFrom: { people: number; others: number };
  /** Epochs of training, how long they took, and tuning perplexity of the best; null where nothing was trained. */
  epochs: number | null;
  trainingSeconds: number | null;
  tuningPerplexity: number | null;
  /** Why it has no answers; the other arms are compared all the same. */
  failure: { code: ErrorCode; message: string } | null;
}

/** One of the experiment's contrasts: the first arm's perplexity minus the second's, on the same people and draws. */
export interface ArmContrast extends PairedDifference {
  first: string;
  second: string;
}

/** An experiment's answer on these people, JSON-serialisable. */
export interface ExperimentReport {
  format: 'onward-experiment';
  version: 1;
  name: string;
  seed: number;
  /** What was asked for; null: no limit. */
  limits: { people: number | null; epochs: number | null };
  /** Other than the app's own. */
  settings: Readonly<Record<string, string | number | boolean>>;
  /** People by part. `optimum`: the best possible perplexity on the test people; null where nobody knows it. */
  panel: {
    id: string;
    name: string;
    fitting: number;
    tuning: number;
    test: number;
    optimum: number | null;
  };
  other: { id: string; name: string; people: number } | null;
  /** In the experiment's order. */
  arms: ArmOutcome[];
  /** Of the arms that have answers, under their names. */
  comparison: ComparisonReport;
  /** Of pairs that both have answers. */
  contrasts: ArmContrast[];
}
