import type { Average, BaselineFile } from '../../evaluation/index.ts';
import type { AdapterAbout } from '../files/card.ts';
import { adapterToKeep, learnedFromOf } from '../files/keptFiles.ts';
import { template } from '../files/template.ts';
import type { OpenPanel } from '../openPanel.ts';
import type { AdapterToKeep } from '../../storage/index.ts';
import { hashPrefix, tablesPrefix } from './averageSettings.ts';

/** What an average is of, as its card says it. */
export interface KeptMember {
  /** See `averageSettings`. */
  readonly reference: string;
  readonly name: string;
  readonly kind: string;
  /** The tables themselves, of `tables:NAME`. */
  readonly tables?: BaselineFile;
}

/** The reference to a trained or imported model, by `weightsHash`. */
export function hashReference(hash: string): string {
  return `${hashPrefix}${hash}`;
}

export function tablesReference(name: string): string {
  return `${tablesPrefix}${name}`;
}

/**
 * An average whose weights were fitted on a panel's tuning people, as something that is kept: all of it is in its card.
 * `members` in the order of the weights. `baseModel`: the language model that a member stands on; null where none does.
 */
export function keptAverage(
  name: string,
  average: Average,
  members: readonly KeptMember[],
  { row, people }: OpenPanel,
  baseModel: AdapterAbout['baseModel'],
): Promise<AdapterToKeep> {
  const tables = members.flatMap(({ reference, tables: file }) =>
    file ? [[reference.slice(tablesPrefix.length), file] as const] : [],
  );
  const { list } = row.list;
  const about: AdapterAbout = {
    kind: 'average',
    name,
    date: new Date().toISOString(),
    baseModel,
    template: baseModel ? template : null,
    occupations: { name: list.name, occupations: [...list.occupations] },
    learnedFrom: learnedFromOf(people.tuning),
    settings: {
      panel: row.name,
      average: { ...average.toFile(), models: members.map(({ reference }) => reference) },
      members: members.map(({ tables: _, ...member }) => member),
      tables: Object.fromEntries(tables),
    },
    seed: 0,
    figures: {},
  };
  return adapterToKeep(crypto.randomUUID(), { about, tensors: new Map() });
}
