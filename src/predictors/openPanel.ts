import type { PanelSplit } from '../evaluation/index.ts';
import type { PanelRow } from '../storage/index.ts';

/** A panel whose people are at hand. */
export interface OpenPanel {
  row: PanelRow;
  people: PanelSplit;
  /** Whether what is computed of it may be stored: the person stored the panel itself, or nobody is in it. */
  mayBeStored: boolean;
}
