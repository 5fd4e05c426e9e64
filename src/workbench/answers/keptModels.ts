import { weightsHash } from '../../predictors/average/index.ts';
import type { AdapterSummary, AdapterToKeep } from '../../storage/index.ts';

/** Where trained and imported models are kept. */
export interface KeptModels {
  list(): Promise<AdapterSummary[]>;
  /** Throws `bad-input` where there is none of this id. */
  load(id: string): Promise<AdapterToKeep>;
  /** Id of the one whose weights have this hash (see `weightsHash`); null where it is not here. */
  byWeights(hash: string): Promise<string | null>;
}

/** The same with some that are not kept yet. */
export async function withMore(kept: KeptModels, more: readonly AdapterToKeep[]): Promise<KeptModels> {
  const byHash = new Map<string, string>();
  for (const each of more) byHash.set(await weightsHash(each), each.row.id);
  const byId = new Map(more.map((each) => [each.row.id, each]));
  return {
    list: async () => [...more.map(({ row }) => row), ...(await kept.list())],
    load: async (id) => byId.get(id) ?? kept.load(id),
    byWeights: async (hash) => byHash.get(hash) ?? kept.byWeights(hash),
  };
}
