import { type AdapterAbout } from './files/card.ts';
import { peftFileNames } from './lora/peft.ts';
import type { AdapterFileSet, AdapterToKeep } from '../storage/index.ts';
import type { LearningResources } from './preparedRun.ts';
import { adapterFileNames, keptFiles, summaryOf, template } from './adapters.ts';
import { readKeptAdapter, weightsAndCard } from './keptAdapter.ts';
import { readLora } from './lora/loraRuns.ts';
import { openAdapter } from './openedAdapter.ts';
import { carrying } from './head/tunedHeadRuns.ts';
import { loraFiles } from './lora/tunedLanguage.ts';

/** Files from elsewhere as an adapter that is kept. Throws `bad-input` that says exactly what is damaged or does not fit. */
export async function importedAdapter(
  name: string,
  files: AdapterFileSet,
  resources: LearningResources,
): Promise<AdapterToKeep> {
  const id = crypto.randomUUID();
  const has = (wanted: string) => files.some((file) => file.name === wanted);
  const kept =
    has(peftFileNames.config) && !has(adapterFileNames.card)
      ? await importedLora(id, name, files, resources)
      : await importedTensors(id, files, resources);
  return { ...kept, row: { ...kept.row, name, createdAt: Date.now() } };
}

async function importedTensors(id: string, files: AdapterFileSet, resources: LearningResources) {
  const { about } = await readKeptAdapter({ files });
  if (about.baseModel) {
    const { name, revision } = (await resources.languageModel()).report;
    const adapter = await readKeptAdapter({ files }, { baseModel: { name, revision }, template });
    // An average needs what it averages.
    if (about.kind === 'average') await openAdapter(adapter, resources);
  }
  const kept = keptFiles(id, about, 'import', weightsAndCard(files));
  const lora = loraFiles(files);
  if (lora.length === 0) return kept;
  await readLora(files, await resources.languageModel());
  return carrying(lora, kept);
}

async function importedLora(id: string, name: string, files: AdapterFileSet, resources: LearningResources) {
  const { about } = await readLora(files, await resources.languageModel());
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
  return { row: summaryOf(id, about ?? aboutForeignLora(name), 'import', bytes), files };
}

/** What comes back from a cluster has no card: whom it learned from is not known. */
function aboutForeignLora(name: string): AdapterAbout {
  return {
    kind: 'lora',
    name,
    date: new Date().toISOString(),
    baseModel: null,
    template,
    occupations: null,
    learnedFrom: { people: 0, observations: 0, firstYear: null, lastYear: null },
    settings: {},
    seed: 0,
    figures: {},
  };
}
