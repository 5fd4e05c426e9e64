import { AppError } from '../platform/index.ts';
import type { AdapterFileSet, AdapterSummary, AdapterToKeep, Store } from '../storage/index.ts';
import { type AdapterFiles, type Expectations } from './files/adapterFile.ts';
import { readCard } from './files/card.ts';
import { fileSet, summaryOf } from './files/keptFiles.ts';
import { cardOf, weightsAndCard } from './files/readAdapter.ts';
import { template } from './files/template.ts';
import type { OpeningPlace, PredictorKind, TunedResources } from './kind.ts';
import type { OpenedModel } from './openedModel.ts';
import type { LearningModel, LearningResources } from './preparedRun.ts';
import { kindOf, kinds } from './registry.ts';

/** Before the names of what came with the language model, where ids are asked for. */
export const shippedPrefix = 'shipped/';

type Place = Omit<OpeningPlace, 'tuned' | 'shipped'>;

/** Files of something trained, ready to be asked. Throws `bad-input` where they are damaged or do not fit what is here. */
export async function openFiles(files: AdapterFileSet, place: Place): Promise<OpenedModel> {
  const parts = await kindOfFiles(files).load();
  return parts.open(files, openingPlace(place));
}

/** What kinds open and check their files with. */
export function openingPlace(place: Place): OpeningPlace {
  const { resources, signal } = place;
  return {
    ...place,
    tuned: (files) => tunedResources(files, place),
    shipped: async (name) => (await openShipped(name, resources, signal)).model,
  };
}

/** What was trained or imported, ready to be asked. Throws as `openFiles` does. */
export function openKept({ row, files }: AdapterToKeep, resources: LearningResources): Promise<OpenedModel> {
  return openFiles(files, { resources, key: row.id });
}

/** What came with the language model, by its name there. Throws `bad-input` where it was made for another one. */
export async function openShipped(
  name: string,
  resources: LearningResources,
  signal?: AbortSignal,
): Promise<OpenedModel> {
  const language = await resources.languageModel(signal);
  const files = fileSet(shippedFiles(name, language));
  const expected = expectationsOf(language);
  return openFiles(files, { resources, key: `${shippedPrefix}${name}`, signal, expected });
}

/** What an adapter of this language model must fit. */
function expectationsOf({ report: { name, revision } }: LearningModel): Expectations {
  return { baseModel: { name, revision }, template };
}

/** What the table of adapters says of one that came with the model. Throws `bad-input` for a broken card. */
export function shippedSummary(name: string, { weights, card }: AdapterFiles): AdapterSummary {
  const { format: _format, version: _version, ...about } = readCard(card);
  return summaryOf(`${shippedPrefix}${name}`, about, 'shipped', weights.length + card.length);
}

/** Files of something trained, by its id. Throws `bad-input` where it is gone. */
export async function filesOf(
  id: string,
  { store, resources }: { store: Pick<Store, 'adapters'>; resources: LearningResources },
): Promise<AdapterFileSet> {
  if (!id.startsWith(shippedPrefix)) return (await store.adapters.load(id)).files;
  return fileSet(shippedFiles(id.slice(shippedPrefix.length), await resources.languageModel()));
}

function shippedFiles(name: string, { shipped, report }: LearningModel): AdapterFiles {
  const files = shipped.get(name);
  if (!files) throw new AppError('bad-input', `No model ${name} came with ${report.name}.`);
  return files;
}

/** The kind that wrote these files. Throws `bad-input` where none did, and `unsupported` for one that is not known. */
export function kindOfFiles(files: AdapterFileSet): PredictorKind {
  const card = cardOf(files);
  if (card !== null) return kindOf(readCard(card).kind);
  const claiming = kinds.find((kind) => kind.claims?.(files));
  // Says which of the two files is missing.
  return claiming ?? kindOf(readCard(weightsAndCard(files).card).kind);
}

/** The language model as those of these files that tune one have tuned it; null where none does. */
export async function tunedResources(files: AdapterFileSet, place: Place): Promise<TunedResources | null> {
  const tuning = kinds.find((kind) => kind.claims?.(files));
  const parts = await tuning?.load();
  return (await parts?.tune?.(files, place)) ?? null;
}
