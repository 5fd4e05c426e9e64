import * as v from 'valibot';
import type {
  AdapterFileRow,
  AdapterRow,
  CheckpointRow,
  PanelPeopleRow,
  PanelRow,
  RunRow,
} from '../learningRows.ts';
import type { SavedCareer } from '../savedCareer.ts';
import type { DraftRow, SettingRow } from '../schema.ts';

/** Everything in the careers database, by table. */
export interface BackupRows {
  careers: SavedCareer[];
  drafts: DraftRow[];
  settings: SettingRow[];
  panels: PanelRow[];
  panelPeople: PanelPeopleRow[];
  runs: RunRow[];
  checkpoints: CheckpointRow[];
  adapters: AdapterRow[];
  adapterFiles: AdapterFileRow[];
}

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const name = v.pipe(v.string(), v.maxLength(1000));
const time = v.pipe(v.number(), v.finite());
const floats = v.instance(Float32Array);
const bytes = v.instance(Uint8Array);
const learnedFrom = v.looseObject({ people: v.number(), observations: v.number() });

const career = v.looseObject({
  id,
  name,
  savedAt: time,
  history: v.looseObject({
    personId: v.string(),
    population: v.string(),
    observations: v.array(
      v.looseObject({
        year: v.pipe(v.number(), v.integer()),
        education: v.nullable(v.string()),
        occupationCode: v.nullable(v.string()),
        title: v.string(),
      }),
    ),
  }),
  next: v.nullable(v.looseObject({ year: v.number() })),
});

/** What the page relies on in rows that come from a file. Fields that it only shows pass as they are. */
export const backupRows = v.object({
  careers: v.array(career),
  drafts: v.array(career),
  settings: v.array(v.object({ key: v.literal('keepsDrafts'), value: v.boolean() })),
  panels: v.array(
    v.looseObject({
      id,
      name,
      people: v.number(),
      observations: v.number(),
      bytes: v.number(),
      addedAt: time,
      split: v.looseObject({}),
      parts: v.looseObject({}),
      list: v.looseObject({}),
    }),
  ),
  panelPeople: v.array(v.object({ panel: id, index: v.number(), data: bytes })),
  runs: v.array(
    v.looseObject({
      id,
      name,
      notes: v.string(),
      settings: v.looseObject({ kind: v.string(), seed: v.number() }),
      panel: v.looseObject({ id, name, fittingPeople: v.number(), tuningPeople: v.number() }),
      standing: v.picklist(['open', 'finished', 'stopped', 'failed']),
      step: v.number(),
      totalSteps: v.number(),
      epochs: v.array(v.looseObject({})),
      seconds: v.number(),
      hasAdapter: v.boolean(),
      createdAt: time,
    }),
  ),
  checkpoints: v.array(
    v.looseObject({
      run: id,
      step: v.number(),
      fingerprint: v.string(),
      state: v.looseObject({ step: v.number(), theta: floats, mu: floats, nu: floats, best: floats }),
    }),
  ),
  adapters: v.array(
    v.looseObject({ id, name, kind: v.string(), bytes: v.number(), createdAt: time, learnedFrom }),
  ),
  adapterFiles: v.array(v.object({ adapter: id, name, content: bytes })),
});
