import {
  missingMember,
  namedMembers,
  splitMembers,
  weightsHash,
  withMembers,
} from '../../predictors/average/index.ts';
import { importedAdapter, type LearningResources } from '../../predictors/models.ts';
import type { AdapterFileSet, AdapterToKeep } from '../../storage/index.ts';
import { type KeptModels, withMore } from '../answers/keptModels.ts';
import { OpenModels } from '../answers/openModels.ts';

/** The files of a kept model; those of an average carry what it is of. Throws `bad-input` where a member is not here. */
export async function exportedFiles(kept: AdapterToKeep, shelf: KeptModels): Promise<AdapterFileSet> {
  if (kept.row.kind !== 'average') return kept.files;
  const members = new Map<string, AdapterFileSet>();
  const collect = async ({ row, files }: AdapterToKeep): Promise<void> => {
    for (const { hash, name } of namedMembers(files)) {
      if (members.has(hash)) continue;
      const id = await shelf.byWeights(hash);
      if (id === null) throw missingMember(row.name, name);
      const member = await shelf.load(id);
      members.set(hash, member.files);
      if (member.row.kind === 'average') await collect(member);
    }
  };
  await collect(kept);
  return withMembers(kept.files, [...members.values()]);
}

/**
 * What files from elsewhere bring: the model, behind the members that an average carries and that are not here yet. Throws
 * `bad-input` that says what is damaged or missing, or does not fit.
 */
export async function importedModels(
  name: string,
  files: AdapterFileSet,
  shelf: KeptModels,
  resources: LearningResources,
): Promise<AdapterToKeep[]> {
  const { own, members } = splitMembers(files);
  const model = await importedAdapter(name, own, resources);
  if (model.row.kind !== 'average') return [model];
  const names = new Map(namedMembers(own).map((member) => [member.hash, member.name]));
  const fresh: AdapterToKeep[] = [];
  for (const carried of members) {
    const member = await importedAdapter(name, carried, resources);
    const hash = await weightsHash(member);
    if ((await shelf.byWeights(hash)) !== null) continue;
    fresh.push({ ...member, row: { ...member.row, name: names.get(hash) ?? `${name}, a member` } });
  }
  const models = new OpenModels(resources, await withMore(shelf, [...fresh, model]));
  try {
    await models.model(model.row.id);
  } finally {
    await models.close();
  }
  return [...fresh, model];
}
