import Dexie, { type Table } from 'dexie';
import { type SchemaVersion, declareVersions } from '../weights/index.ts';
import type {
  AdapterFileRow,
  AdapterRow,
  CheckpointRow,
  PanelPeopleRow,
  PanelRow,
  RunRow,
} from './learningRows.ts';
import type { SavedCareer } from './savedCareer.ts';

export interface SettingRow {
  key: 'keepsDrafts';
  value: boolean;
}

export interface DraftRow extends SavedCareer {
  id: 'draft';
}

export const careersVersions: readonly SchemaVersion[] = [
  { version: 1, stores: { careers: '&id, savedAt', drafts: '&id', settings: '&key' } },
  {
    version: 2,
    stores: {
      panels: '&id, addedAt',
      panelPeople: '[panel+index]',
      runs: '&id, createdAt',
      checkpoints: '[run+step]',
      adapters: '&id, createdAt',
      adapterFiles: '[adapter+name]',
    },
  },
];

/** What the person asked to keep, and what they trained. Empty until they ask or train. */
export class CareersDatabase extends Dexie {
  declare readonly careers: Table<SavedCareer, string>;
  declare readonly drafts: Table<DraftRow, 'draft'>;
  declare readonly settings: Table<SettingRow, SettingRow['key']>;
  declare readonly panels: Table<PanelRow, string>;
  declare readonly panelPeople: Table<PanelPeopleRow, [string, number]>;
  declare readonly runs: Table<RunRow, string>;
  declare readonly checkpoints: Table<CheckpointRow, [string, number]>;
  declare readonly adapters: Table<AdapterRow, string>;
  declare readonly adapterFiles: Table<AdapterFileRow, [string, string]>;

  constructor(name = 'onward-careers', versions = careersVersions) {
    super(name);
    declareVersions(this, versions);
  }
}
