import type { CareerHistory } from '../../career/index.ts';
import type { OccupationList } from '../../occupation/index.ts';
import { flatTensors, namedTensors, type Parameter } from '../../onnx/index.ts';
import type {
  AdapterFileSet,
  AdapterSummary,
  AdapterToKeep,
  EpochFigures,
  RunRow,
} from '../../storage/index.ts';
import type { OpenPanel } from '../openPanel.ts';
import { type Adapter, type AdapterFiles, exportAdapter } from './adapterFile.ts';
import type { AdapterAbout } from './card.ts';
import { adapterFileNames } from './fileNames.ts';
import type { FloatTensor } from './safetensors.ts';
import { template } from './template.ts';

/** What a card says of any run. `figures`: of its best epoch. */
export function aboutRun(
  run: RunRow,
  { row, people }: OpenPanel,
  settings: Readonly<Record<string, unknown>>,
  { list, baseModel = null }: { list: OccupationList | null; baseModel?: AdapterAbout['baseModel'] },
): AdapterAbout {
  const best = run.epochs.reduce<EpochFigures | null>(
    (lowest, epoch) => (lowest && lowest.tuningPerplexity <= epoch.tuningPerplexity ? lowest : epoch),
    null,
  );
  return {
    kind: run.settings.kind,
    name: run.name,
    date: new Date().toISOString(),
    baseModel,
    template: baseModel ? template : null,
    occupations: list && { name: list.name, occupations: [...list.occupations] },
    learnedFrom: learnedFromOf(people.fitting),
    settings: { run: run.settings, panel: row.name, ...settings },
    seed: Number(run.settings.seed),
    figures: best ? { tuningPerplexity: best.tuningPerplexity, epochs: best.epoch + 1 } : {},
  };
}

export function learnedFromOf(people: readonly CareerHistory[]): AdapterAbout['learnedFrom'] {
  const years = people.flatMap(({ observations }) => observations.map(({ year }) => year));
  return {
    people: people.length,
    observations: years.length,
    firstYear: years.length > 0 ? years.reduce((first, year) => Math.min(first, year)) : null,
    lastYear: years.length > 0 ? years.reduce((last, year) => Math.max(last, year)) : null,
  };
}

/** Trained parameters as the tensors that they are. */
export function tensorsOf(parameters: readonly Parameter[], theta: Float32Array): Map<string, FloatTensor> {
  const values = namedTensors(parameters, theta);
  return new Map(
    parameters.map(({ name, shape }) => [name, { shape, values: values.get(name) ?? new Float32Array() }]),
  );
}

/** The other way: one flat vector in the order of the parameters. */
export function thetaOf(parameters: readonly Parameter[], { tensors }: Adapter): Float32Array {
  return flatTensors(parameters, new Map([...tensors].map(([name, { values }]) => [name, values])));
}

/** An adapter as it is stored: a card and the tensors in float32. */
export async function adapterToKeep(id: string, adapter: Adapter): Promise<AdapterToKeep> {
  const { weights, card } = await exportAdapter(adapter);
  return keptFiles(id, adapter.about, 'run', { weights, card });
}

export function keptFiles(
  id: string,
  about: AdapterAbout,
  source: AdapterSummary['source'],
  adapter: AdapterFiles,
): AdapterToKeep {
  const files = fileSet(adapter);
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
  return { row: summaryOf(id, about, source, bytes), files };
}

/** Both files under their names. */
export function fileSet({ weights, card }: AdapterFiles): AdapterFileSet {
  return [
    { name: adapterFileNames.weights, content: weights },
    { name: adapterFileNames.card, content: new TextEncoder().encode(card) },
  ];
}

/** A row of the table of adapters. */
export function summaryOf(
  id: string,
  about: AdapterAbout,
  source: AdapterSummary['source'],
  bytes: number,
): AdapterSummary {
  const { name, kind, occupations, learnedFrom, figures, date, settings } = about;
  return {
    id,
    name,
    kind,
    source,
    learnedFrom,
    ...(typeof settings.panel === 'string' && { panel: settings.panel }),
    list: occupations && { name: occupations.name, occupations: occupations.occupations.length },
    figures,
    bytes,
    createdAt: Date.parse(date),
  };
}

/** The same with more files: those of what it stands on. */
export function carrying(files: AdapterFileSet, { row, files: own }: AdapterToKeep): AdapterToKeep {
  const bytes = files.reduce((sum, { content }) => sum + content.length, row.bytes);
  return { row: { ...row, bytes }, files: [...own, ...files] };
}
