import type { SavedCareer } from '../savedCareer.ts';
import type { BackupRows } from './backupRows.ts';
import { packRow } from './packedRow.ts';

/** About something that is here under the same id and differs: bring it in beside it, or leave it out. */
export type SameId = 'keep-both' | 'keep-mine';

/** How many of a kind are in a backup: not here yet, here with the same content, here with another one. */
export interface Compared {
  fresh: number;
  same: number;
  different: number;
}

export interface BackupContents {
  careers: Compared;
  panels: Compared;
  /** Runs and models: a run and the model that it made have one id. */
  models: Compared;
}

export interface MergedRows {
  /** To be added to what is here; no id of them is taken. */
  added: BackupRows;
  contents: BackupContents;
}

type Standing = keyof Compared;

const copyName = (name: string): string => `${name} (imported)`;

/** What a backup adds to what is here. Panels are named by the hash of their people: the same id is the same panel. */
export async function mergedRows(here: BackupRows, backup: BackupRows, sameId: SameId): Promise<MergedRows> {
  const added = emptyRows();
  const contents: BackupContents = { careers: none(), panels: none(), models: none() };

  for (const career of backup.careers) {
    const standing = await compared(
      [career],
      here.careers.filter(({ id }) => id === career.id),
    );
    contents.careers[standing]++;
    if (standing === 'fresh') added.careers.push(career);
    else if (standing === 'different' && sameId === 'keep-both') added.careers.push(copied(career));
  }
  await mergeDraft(here, backup, added);

  for (const panel of backup.panels) {
    const isHere = here.panels.some(({ id }) => id === panel.id);
    contents.panels[isHere ? 'same' : 'fresh']++;
    if (isHere) continue;
    added.panels.push(panel);
    added.panelPeople.push(...backup.panelPeople.filter((people) => people.panel === panel.id));
  }

  const newIds = new Map<string, string>();
  for (const id of new Set([...backup.runs, ...backup.adapters].map((row) => row.id))) {
    const theirs = modelRows(backup, id);
    const standing = await compared(flat(theirs), flat(modelRows(here, id)));
    contents.models[standing]++;
    if (standing === 'same' || (standing === 'different' && sameId === 'keep-mine')) continue;
    if (standing === 'different') newIds.set(id, crypto.randomUUID());
    addModel(added, theirs, newIds.get(id));
  }
  added.runs = added.runs.map((run) => readingCopies(run, newIds));
  return { added, contents };
}

/** Everything that one id names among runs and models. */
function modelRows(rows: BackupRows, id: string) {
  return {
    runs: rows.runs.filter((run) => run.id === id),
    checkpoints: rows.checkpoints.filter(({ run }) => run === id),
    adapters: rows.adapters.filter((adapter) => adapter.id === id),
    adapterFiles: rows.adapterFiles.filter(({ adapter }) => adapter === id),
  };
}

type ModelRows = ReturnType<typeof modelRows>;

function flat({ runs, checkpoints, adapters, adapterFiles }: ModelRows): unknown[] {
  return [...runs, ...checkpoints, ...adapters, ...adapterFiles];
}

function addModel(added: BackupRows, rows: ModelRows, copyId: string | undefined): void {
  const renamed = <T extends { id: string; name: string }>(row: T): T =>
    copyId === undefined ? row : { ...row, id: copyId, name: copyName(row.name) };
  added.runs.push(...rows.runs.map(renamed));
  added.adapters.push(...rows.adapters.map(renamed));
  added.checkpoints.push(...rows.checkpoints.map((row) => ({ ...row, run: copyId ?? row.run })));
  added.adapterFiles.push(...rows.adapterFiles.map((row) => ({ ...row, adapter: copyId ?? row.adapter })));
}

/** A head that reads a language model which was tuned there reads that one here, too. */
function readingCopies(
  run: BackupRows['runs'][number],
  newIds: ReadonlyMap<string, string>,
): BackupRows['runs'][number] {
  const { settings } = run;
  if (settings.kind !== 'head' || typeof settings.tuned !== 'string') return run;
  return { ...run, settings: { ...settings, tuned: newIds.get(settings.tuned) ?? settings.tuned } };
}

/** Unsaved work comes in as such only where there is none and it is to be kept; else as a saved career. */
async function mergeDraft(here: BackupRows, backup: BackupRows, added: BackupRows): Promise<void> {
  const mine = here.settings.find(({ key }) => key === 'keepsDrafts');
  if (!mine) added.settings.push(...backup.settings);
  const keepsDrafts = (mine ?? backup.settings.find(({ key }) => key === 'keepsDrafts'))?.value === true;
  for (const draft of backup.drafts) {
    const standing = await compared([draft], here.drafts);
    if (standing === 'fresh' && keepsDrafts) added.drafts.push(draft);
    else if (standing !== 'same') added.careers.push(copied(draft));
  }
}

function copied(career: SavedCareer): SavedCareer {
  return { ...career, id: crypto.randomUUID(), name: copyName(career.name) };
}

async function compared(theirs: readonly unknown[], mine: readonly unknown[]): Promise<Standing> {
  if (mine.length === 0) return 'fresh';
  const [a, b] = await Promise.all([text(theirs), text(mine)]);
  return a === b ? 'same' : 'different';
}

/** Equal for equal rows, in any order. */
async function text(rows: readonly unknown[]): Promise<string> {
  const packed = await Promise.all(rows.map(async (row) => JSON.stringify(await packRow(row))));
  return packed.sort().join('\n');
}

function none(): Compared {
  return { fresh: 0, same: 0, different: 0 };
}

function emptyRows(): BackupRows {
  return {
    careers: [],
    drafts: [],
    settings: [],
    panels: [],
    panelPeople: [],
    runs: [],
    checkpoints: [],
    adapters: [],
    adapterFiles: [],
  };
}
