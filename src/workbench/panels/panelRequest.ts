import type { CareerHistory, PanelLayout, PanelOptions } from '../../career/index.ts';
import type { SplitOptions } from '../../evaluation/index.ts';
import type { PanelList } from '../../storage/index.ts';

/** Where the people of a panel come from. A worker that dies asks for it again, so the page keeps it while it lives. */
export type PanelOrigin =
  /** A table that `inspectPanel` has seen, in its layout. */
  | { kind: 'table'; file: File; layout: PanelLayout; options: PanelOptions }
  | { kind: 'careers'; careers: readonly CareerHistory[] }
  /** Invented people with a known optimum. */
  | { kind: 'synthetic'; people: number; seed: number | string; occupations?: number };

export interface PanelRequest {
  name: string;
  origin: PanelOrigin;
  /** The own list of a synthetic panel, occ1990dd of others, where absent. By frequency: from the fitting people's titles. */
  list?: PanelList | { minimumPeople: number; rare?: 'pool' | 'leave-out' };
  split: SplitOptions;
}
