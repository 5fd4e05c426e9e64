import {
  optimalPerplexity,
  readPanelCareers,
  type CareerHistory,
  type SyntheticMarket,
} from '../../career/index.ts';
import { splitPanel, syntheticPanel, type PanelSplit, type SplitOptions } from '../../evaluation/index.ts';
import { occ1990dd, occupationListByFrequency, recodeCareers } from '../../occupation/index.ts';
import { AppError, sha256, throwIfAborted, type ReportProgress } from '../../platform/index.ts';
import type { PanelList, PanelRow } from '../../storage/index.ts';
import type { PanelOrigin, PanelRequest } from './panelRequest.ts';
import { packPeople, packSize, unpackedPacks, type PackedPeople } from './packedPeople.ts';

/** A panel with its people, packed. */
export interface PackedPanel {
  row: PanelRow;
  people: Uint8Array<ArrayBuffer>[];
}

export interface Intake {
  onProgress?: ReportProgress | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Takes a panel in: its people packed batch by batch as they are read, in terms of the list, split. Throws `bad-input` for a
 * panel without people or with one person twice, and `aborted`.
 */
export async function takePanel(request: PanelRequest, intake: Intake): Promise<PackedPanel> {
  const source = peopleOf(request.origin, intake);
  let packs: PackedPeople[] = [];
  for await (const batch of source.batches) packs.push(await packPeople(batch));
  const list = await chosenList(request, source.list, packs);
  if (list.needsRecoding) packs = await recoded(packs, list);
  const counted = await countPeople(packs, request.split);
  const { test } = counted.people;
  const row: PanelRow = {
    id: await panelId(packs, list, request.split),
    name: request.name,
    ...counted.figures,
    split: request.split,
    list: { list: list.list, pooled: list.pooled },
    bytes: packs.reduce((sum, { data }) => sum + data.length, 0),
    isSynthetic: request.origin.kind === 'synthetic',
    optimum: source.market && test.length > 0 ? await optimumOf(packs, test, source.market) : null,
    addedAt: Date.now(),
  };
  return { row, people: packs.map(({ data }) => data) };
}

interface Source {
  batches: AsyncIterable<CareerHistory[]> | Iterable<CareerHistory[]>;
  list?: PanelList;
  market?: SyntheticMarket;
}

function peopleOf(origin: PanelOrigin, { onProgress, signal }: Intake): Source {
  switch (origin.kind) {
    case 'table': {
      const reading = { ...(onProgress && { onProgress }), ...(signal && { signal }), batchSize: packSize };
      return { batches: readPanelCareers(origin.file, origin.layout, origin.options, reading) };
    }
    case 'careers':
      return { batches: batchesOf(origin.careers, { onProgress, signal }) };
    case 'synthetic': {
      const { careers, list, market } = syntheticPanel(origin);
      return { batches: batchesOf(careers, { onProgress, signal }), list: { list, pooled: null }, market };
    }
  }
}

function* batchesOf(
  careers: readonly CareerHistory[],
  { onProgress, signal }: Intake,
): Generator<CareerHistory[]> {
  const observed = careers.filter(({ observations }) => observations.length > 0);
  for (let start = 0; start < observed.length; start += packSize) {
    throwIfAborted(signal);
    yield observed.slice(start, start + packSize);
    onProgress?.(Math.min(start + packSize, observed.length), observed.length);
  }
}

async function chosenList(
  { list, split }: PanelRequest,
  own: PanelList | undefined,
  packs: readonly PackedPeople[],
): Promise<PanelList & { needsRecoding: boolean }> {
  if (!list) return { ...(own ?? { list: occ1990dd, pooled: null }), needsRecoding: false };
  if ('list' in list) return { ...list, needsRecoding: list.pooled !== null };
  const people = await all(packs);
  const { list: counted, pooled } = occupationListByFrequency(splitPanel(people, split).fitting, list);
  return { list: counted, pooled, needsRecoding: true };
}

async function recoded(packs: readonly PackedPeople[], { list, pooled }: PanelList): Promise<PackedPeople[]> {
  const result: PackedPeople[] = [];
  const rare = { titles: 0, people: 0, observations: 0 };
  for await (const people of unpackedPacks(packs.map(({ data }) => data)))
    result.push(await packPeople(recodeCareers(people, { list, pooled, rare })));
  return result;
}

/** Counts, and who belongs to which part: without the observations, of which a large panel has too many. */
async function countPeople(
  packs: readonly PackedPeople[],
  split: SplitOptions,
): Promise<{ figures: Pick<PanelRow, 'people' | 'observations' | 'years' | 'parts'>; people: PanelSplit }> {
  const people: CareerHistory[] = [];
  const counts = new Map<CareerHistory, number>();
  let [first, last] = [Infinity, -Infinity];
  for await (const pack of unpackedPacks(packs.map(({ data }) => data)))
    for (const { personId, population, observations } of pack) {
      const person = { personId, population, observations: [] };
      people.push(person);
      counts.set(person, observations.length);
      first = Math.min(first, observations[0].year);
      last = Math.max(last, observations[observations.length - 1].year);
    }
  if (people.length === 0) throw new AppError('bad-input', 'The panel holds no person with an observation.');
  const twice = people.length - new Set(people.map(({ personId }) => personId)).size;
  if (twice > 0) throw new AppError('bad-input', `${twice} people of the panel have the id of another one.`);
  const parts = splitPanel(people, split);
  const count = (part: readonly CareerHistory[]) => ({
    people: part.length,
    observations: part.reduce((sum, person) => sum + (counts.get(person) ?? 0), 0),
  });
  const observations = count(people).observations;
  const { fitting, tuning, test } = parts;
  return {
    figures: {
      people: people.length,
      observations,
      years: { first, last },
      parts: { fitting: count(fitting), tuning: count(tuning), test: count(test) },
    },
    people: parts,
  };
}

/** On the people of a part. */
async function optimumOf(
  packs: readonly PackedPeople[],
  part: readonly CareerHistory[],
  market: SyntheticMarket,
): Promise<number> {
  const ids = new Set(part.map(({ personId }) => personId));
  const people = await all(packs);
  return optimalPerplexity(
    people.filter(({ personId }) => ids.has(personId)),
    market,
  );
}

async function all(packs: readonly PackedPeople[]): Promise<CareerHistory[]> {
  const people: CareerHistory[] = [];
  for await (const pack of unpackedPacks(packs.map(({ data }) => data))) people.push(...pack);
  return people;
}

function panelId(packs: readonly PackedPeople[], { list, pooled }: PanelList, split: SplitOptions) {
  const occupations = list.occupations.map(({ code, title }) => [code, title]);
  const content = [packs.map((pack) => pack.sha256), occupations, pooled?.code ?? null, split];
  return sha256(new TextEncoder().encode(JSON.stringify(content)));
}
