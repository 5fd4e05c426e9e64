import type { AdapterFileSet, AdapterToKeep } from '../storage/index.ts';
import { adapterFileNames, peftFileNames } from './files/fileNames.ts';
import { summaryOf } from './files/keptFiles.ts';
import { cardOf, weightsAndCard } from './files/readAdapter.ts';
import { kindOfFiles, openingPlace } from './opening.ts';
import type { LearningResources } from './preparedRun.ts';
import { kinds } from './registry.ts';

/** Files from elsewhere as an adapter that is kept. Throws `bad-input` that says exactly what is damaged or does not fit. */
export async function importedAdapter(
  name: string,
  files: AdapterFileSet,
  resources: LearningResources,
): Promise<AdapterToKeep> {
  const id = crypto.randomUUID();
  const kind = kindOfFiles(files);
  const place = openingPlace({ resources, key: id });
  const about = await (await kind.load()).check(files, name, place);
  const carried = kinds.filter((other) => other !== kind && other.claims?.(files));
  for (const other of carried) await (await other.load()).check(files, name, place);
  const kept = cardOf(files) === null ? files : underOwnNames(files);
  const bytes = kept.reduce((sum, { content }) => sum + content.length, 0);
  const row = { ...summaryOf(id, about, 'import', bytes), name, createdAt: Date.now() };
  return { row, files: kept };
}

/** Weights and card under the names by which they are found again, whatever they were called. */
function underOwnNames(files: AdapterFileSet): AdapterFileSet {
  const { weights, card } = weightsAndCard(files);
  const carried: readonly string[] = [peftFileNames.weights, peftFileNames.config];
  return [
    { name: adapterFileNames.weights, content: weights },
    { name: adapterFileNames.card, content: new TextEncoder().encode(card) },
    ...files.filter(({ name }) => carried.includes(name)),
  ];
}
