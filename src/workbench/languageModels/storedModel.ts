import { type ChosenDevice, loadTokenizer } from '../../lm/index.ts';
import { exportedDecoder, type ExportFiles, outputEmbedding } from '../../onnx/index.ts';
import { AppError } from '../../platform/index.ts';
import type { Store } from '../../storage/index.ts';
import {
  type HeldModel,
  type ModelFileRow,
  type ModelRow,
  type ReadOptions,
  readHeld,
} from '../../weights/index.ts';
import type { ModelContent, ReportFiles } from './modelContent.ts';

/** Forms of the weights whose graphs compute in float16. */
const halfDtypes = new Set(['q4f16', 'fp16']);

/** A model that is here, and how the bytes of its files are had, verified. */
interface ModelSource {
  readonly row: ModelRow;
  /** Or only in memory. */
  readonly isStored: boolean;
  read(path: string, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * A model that the person stored on this device, or has in memory, in the form they chose, or, where that needs 16-bit
 * arithmetic and the device has none, in another that is stored. Throws `AppError`: `unsupported`, naming what stands in the
 * way; `integrity` and `storage` for what is stored or held; `bad-input` for files that are no such model; `aborted`.
 */
export async function storedModel(
  choice: string | HeldModel,
  store: Pick<Store, 'models'>,
  device: Pick<ChosenDevice, 'hasF16' | 'device'>,
  onFiles: ReportFiles,
  signal?: AbortSignal,
): Promise<ModelContent> {
  const chosen =
    typeof choice === 'string' ? storedSource(await knownModel(choice, store), store) : heldSource(choice);
  const source = await runnableSource(chosen, store, device);
  const { row, isStored } = source;
  const graph = graphFile(row);
  const data = new Map<string, Uint8Array<ArrayBuffer>>();
  const wanted = row.files.filter(({ path }) => isRead(path, graph));
  const totalBytes = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  let before = 0;
  for (const { path, bytes } of wanted) {
    const onProgress = (read: number) =>
      onFiles({ phase: 'verifying', loadedBytes: before + read, totalBytes });
    data.set(path, await source.read(path, { signal, onProgress }));
    before += bytes;
  }
  const files = exportFiles(graph, data);
  const config = parsed(data, 'config.json');
  // Only the page's list shows when it was last used: a full disk is no reason to do without the model.
  if (isStored) await store.models.markUsed(row.id).catch(() => undefined);
  return {
    about: {
      name: `${row.name} (${row.dtype})`,
      // What was learned on one set of weights is told from what was learned on another by their very bytes.
      revision: graph.sha256.slice(0, 12),
      weightBytes: totalBytes,
      isFromCache: true,
      ...(!isStored && { isOnlyInMemory: true }),
      populations: [],
    },
    tokenizer: loadTokenizer(parsed(data, 'tokenizer.json'), parsed(data, 'tokenizer_config.json')),
    variants: [
      { id: row.dtype, graph: () => exportedDecoder(files, { config, device: device.device }), tolerance: 0 },
    ],
    outputEmbeddings: lazily(() => outputEmbedding(files)),
    base: () => {
      throw new AppError(
        'unsupported',
        `LoRA tunes the model that comes with the app. On ${row.name} a head can be trained; to tune the model itself, save the archive for a cluster.`,
        { model: row.name },
      );
    },
    shipped: new Map(),
    adapters: [],
  };
}

async function knownModel(id: string, { models }: Pick<Store, 'models'>): Promise<ModelRow> {
  const row = await models.get(id);
  if (row) return row;
  throw new AppError(
    'unsupported',
    'The model that was chosen is not on this device any more. Choose another, or fetch it again on the Models page.',
    { model: id },
  );
}

function storedSource(row: ModelRow, { models }: Pick<Store, 'models'>): ModelSource {
  return { row, isStored: true, read: (path, options) => models.read(row, path, options) };
}

function heldSource(model: HeldModel): ModelSource {
  return { row: model.row, isStored: false, read: (path, options) => readHeld(model, path, options) };
}

/** The model itself, or a stored one of another form and the same revision, where the device does not compute in 16 bits. */
async function runnableSource(
  chosen: ModelSource,
  store: Pick<Store, 'models'>,
  { hasF16 }: Pick<ChosenDevice, 'hasF16'>,
): Promise<ModelSource> {
  const { row } = chosen;
  if (hasF16 || !halfDtypes.has(row.dtype)) return chosen;
  // A model may be in memory just because the store cannot be used: then there is no other form there either.
  const stored = await store.models.list().catch(() => []);
  const other = stored.find(
    ({ name, revision, dtype }) => name === row.name && revision === row.revision && !halfDtypes.has(dtype),
  );
  if (other) return storedSource(other, store);
  throw new AppError(
    'unsupported',
    `${row.name} is here as ${row.dtype}, which needs 16-bit arithmetic, and no device here gave the right answer in it. Fetch it as q4 on the Models page.`,
    { model: row.id, dtype: row.dtype },
  );
}

function graphFile({ files, name }: ModelRow): ModelFileRow {
  const graph = files.find(({ path }) => path.endsWith('.onnx'));
  if (graph) return graph;
  throw new AppError(
    'bad-input',
    `${name} has no .onnx file. Remove it on the Models page and fetch it again.`,
  );
}

const jsonFiles = new Set(['config.json', 'tokenizer.json', 'tokenizer_config.json']);

function isRead(path: string, graph: ModelFileRow): boolean {
  return jsonFiles.has(path) || path.startsWith(graph.path);
}

/** The graph and what lies beside it, by the names under which the graph knows them. */
function exportFiles(graph: ModelFileRow, data: ReadonlyMap<string, Uint8Array>): ExportFiles {
  const external = new Map<string, Uint8Array>();
  for (const [path, bytes] of data)
    if (path !== graph.path && path.startsWith(graph.path)) external.set(fileName(path), bytes);
  return { name: fileName(graph.path), bytes: bytesOf(data, graph.path), external };
}

const fileName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

function bytesOf(data: ReadonlyMap<string, Uint8Array>, path: string): Uint8Array {
  const bytes = data.get(path);
  if (bytes) return bytes;
  throw new AppError(
    'bad-input',
    `The model has no ${path}. Remove it on the Models page and fetch it again.`,
  );
}

function parsed(data: ReadonlyMap<string, Uint8Array>, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytesOf(data, path)));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('bad-input', `${path} of the model is no JSON.`, { path }, { cause });
  }
}

function lazily<A extends readonly unknown[], R>(make: () => (...given: A) => R): (...given: A) => R {
  let made: ((...given: A) => R) | null = null;
  return (...given) => (made ??= make())(...given);
}
