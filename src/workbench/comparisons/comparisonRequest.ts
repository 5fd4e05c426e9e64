import type { BaselineName } from '../../evaluation/index.ts';
import type { PanelPart } from '../../storage/index.ts';

/** Something that gives every step of a career a distribution. */
export type ModelReference =
  /** The language model by its titles; needs occupation titles that it can read. */
  | { kind: 'language-route' }
  /** Tables that are fitted on the panel's fitting people when they are asked. */
  | { kind: 'baseline'; name: BaselineName }
  /** By the id of its `AdapterSummary`: of a run that has ended, imported, or shipped. */
  | { kind: 'adapter'; id: string }
  /** A linear pool, its weights fitted on the panel's tuning people. */
  | { kind: 'average'; of: readonly ModelReference[] };

export interface ComparisonRequest {
  panel: string;
  part: PanelPart;
  /** At least one; `name` is what the report calls it. */
  models: readonly { name: string; model: ModelReference }[];
  draws?: number;
  seed?: number | string;
}

/** An average of a report, to be kept as a model of its own. */
export interface AverageToKeep {
  panel: string;
  name: string;
  /** Its members, in the order in which it was measured. */
  of: readonly { name: string; model: ModelReference }[];
}
