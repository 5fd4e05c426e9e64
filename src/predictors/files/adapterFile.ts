import type { OccupationList } from '../../occupation/index.ts';
import type { Parameter } from '../../onnx/index.ts';
import { AppError, sha256 } from '../../platform/index.ts';
import { occupationsSha256, readCard, writeCard, type AdapterAbout, type AdapterCard } from './card.ts';
import { writeSafetensors, type FloatTensor } from './safetensors.ts';
import { readSafetensors } from './safetensorsReader.ts';

/** Something trained, in memory. */
export interface Adapter {
  readonly about: AdapterAbout;
  readonly tensors: ReadonlyMap<string, FloatTensor>;
}

/** The same as files: a safetensors file and the JSON beside it. */
export interface AdapterFiles {
  readonly weights: Uint8Array<ArrayBuffer>;
  readonly card: string;
}

/** What the place has that an adapter is brought to; what is left out may be anything. */
export interface Expectations {
  readonly kind?: string;
  readonly baseModel?: { readonly name: string; readonly revision: string };
  readonly template?: string;
  readonly occupations?: OccupationList;
  /** The tensors that an adapter of these settings has. */
  readonly parameters?: (about: AdapterAbout) => readonly Parameter[];
}

/** Writes both files; `dtype` F16 halves the weights' size and their precision. */
export async function exportAdapter(
  { about, tensors }: Adapter,
  { dtype = 'F32' }: { dtype?: 'F32' | 'F16' } = {},
): Promise<AdapterFiles> {
  // PyTorch's own readers want to know that a file was meant for them.
  const weights = writeSafetensors(tensors, { dtype, metadata: { format: 'pt' } });
  return { weights, card: await writeCard(about, weights) };
}

/**
 * Reads both files and holds them against what is here. Throws `bad-input` that says what is damaged, or everything that
 * does not fit, one sentence each.
 */
export async function importAdapter(files: AdapterFiles, expectations: Expectations = {}): Promise<Adapter> {
  const { format: _format, version: _version, ...card } = readCard(files.card);
  const { occupationsSha256: listHash, weightsSha256, ...about } = card;
  const { tensors } = readSafetensors(files.weights);
  const problems = await cardProblems(card, expectations);
  if ((await sha256(files.weights)) !== weightsSha256)
    problems.push('The card belongs to other weights: their checksum differs.');
  if (about.occupations && (await occupationsSha256(about.occupations)) !== listHash)
    problems.push('The card’s occupation list was changed: its checksum differs.');
  // Tensors of another kind or model would only repeat what has been said.
  if (problems.length === 0) problems.push(...tensorProblems(tensors, expectations.parameters?.(about)));
  if (problems.length > 0) throw misfit(problems);
  return { about, tensors };
}

/** The error that lists everything that does not fit. */
export function misfit(problems: readonly string[]): AppError {
  return new AppError('bad-input', `This adapter does not fit. ${problems.join(' ')}`);
}

type HashedAbout = Omit<AdapterCard, 'format' | 'version'>;

async function cardProblems(card: HashedAbout, expected: Expectations): Promise<string[]> {
  const problems: string[] = [];
  const { kind, baseModel, template, occupations } = expected;
  if (kind !== undefined && card.kind !== kind) problems.push(`It is a ${card.kind}, not a ${kind}.`);
  if (baseModel && card.baseModel) {
    const [theirs, ours] = [card.baseModel, baseModel].map(({ name, revision }) => `${name} (${revision})`);
    if (theirs !== ours) problems.push(`It was trained on the model ${theirs}; the one here is ${ours}.`);
  }
  if (template !== undefined && card.template !== null && card.template !== template)
    problems.push(`It was trained on texts of template ${card.template}; the one here is ${template}.`);
  if (occupations && card.occupations && (await occupationsSha256(occupations)) !== card.occupationsSha256)
    problems.push(listProblem(card.occupations, occupations));
  return problems;
}

function listProblem(theirs: OccupationList, ours: OccupationList): string {
  const sizes = [theirs, ours].map(
    ({ name, occupations }) => `${name} with ${occupations.length} occupations`,
  );
  const differs = theirs.occupations.findIndex(({ code, title }, i) => {
    const own = ours.occupations.at(i);
    return own?.code !== code || own.title !== title;
  });
  const at = differs < 0 ? theirs.occupations.length : differs;
  return `It predicts the list ${sizes[0]}; the one here is ${sizes[1]}, other from entry ${at + 1} on.`;
}

/** Everything in which tensors differ from the expected ones. */
export function tensorProblems(
  tensors: ReadonlyMap<string, FloatTensor>,
  parameters: readonly Parameter[] | undefined,
): string[] {
  const problems: string[] = [];
  for (const { name, shape } of parameters ?? []) {
    const tensor = tensors.get(name);
    if (tensor === undefined) problems.push(`Tensor ${name} is missing.`);
    else if (tensor.shape.join() !== shape.join())
      problems.push(
        `Tensor ${name} has shape [${tensor.shape.join(', ')}] instead of [${shape.join(', ')}].`,
      );
  }
  const known = parameters && new Set(parameters.map(({ name }) => name));
  for (const [name, { values }] of tensors) {
    if (known && !known.has(name)) problems.push(`Tensor ${name} is not known here.`);
    if (!values.every(Number.isFinite))
      problems.push(`Tensor ${name} holds values that are no finite numbers.`);
  }
  return problems;
}
