import { sha256 } from '../../platform/index.ts';
import type { AdapterFileSet, AdapterToKeep } from '../../storage/index.ts';
import { readCard } from '../files/card.ts';
import { settingsOf } from '../files/cardSettings.ts';
import { weightsAndCard } from '../files/readAdapter.ts';
import { averageSettings, hashPrefix } from './averageSettings.ts';

/** Before the names of a member's files among those of an average: `member-2.adapter.json`. */
const ofMember = /^member-(\d+)\./;

/** An average's files with those of its members, all under names of their own. */
export function withMembers(own: AdapterFileSet, members: readonly AdapterFileSet[]): AdapterFileSet {
  const theirs = members.flatMap((files, m) =>
    files.map(({ name, content }) => ({ name: `member-${m + 1}.${name}`, content })),
  );
  return [...own, ...theirs];
}

/** The other way: an average's own files, and each member's under its own names. */
export function splitMembers(files: AdapterFileSet): { own: AdapterFileSet; members: AdapterFileSet[] } {
  const members = new Map<string, AdapterFileSet>();
  for (const { name, content } of files) {
    const [prefix, number] = ofMember.exec(name) ?? [];
    if (!prefix || !number) continue;
    members.set(number, [...(members.get(number) ?? []), { name: name.slice(prefix.length), content }]);
  }
  return { own: files.filter(({ name }) => !ofMember.test(name)), members: [...members.values()] };
}

/**
 * Names a kept model by its weights: the sha-256 of its safetensors file; where there are several, of their hashes. An
 * average has its weights in its card.
 */
export async function weightsHash({ row, files }: AdapterToKeep): Promise<string> {
  const ending = row.kind === 'average' ? '.json' : '.safetensors';
  const hashes = await Promise.all(
    files.filter(({ name }) => name.endsWith(ending)).map(({ content }) => sha256(content)),
  );
  if (hashes.length === 1) return hashes[0];
  return sha256(new TextEncoder().encode(hashes.sort().join()));
}

/** A trained or imported model that an average's card names. */
export interface NamedMember {
  /** See `weightsHash`. */
  readonly hash: string;
  /** What it was called where the average was kept. */
  readonly name: string;
}

/** The trained and imported models that a kept average is of. Throws `bad-input` for a broken card. */
export function namedMembers(files: AdapterFileSet): NamedMember[] {
  const about = readCard(weightsAndCard(files).card);
  const { average, members } = settingsOf(averageSettings, about);
  return average.models
    .filter((reference) => reference.startsWith(hashPrefix))
    .map((reference) => ({
      hash: reference.slice(hashPrefix.length),
      name: members?.find((member) => member.reference === reference)?.name ?? about.name,
    }));
}
