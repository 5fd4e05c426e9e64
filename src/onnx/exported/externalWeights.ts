import { AppError } from '../../platform/index.ts';
import type { ExternalData, OnnxGraph, OnnxTensor } from '../model.ts';

/**
 * The files of an export as they were downloaded; nothing of them is copied. `external`: files with weights, by the
 * names under which the graph refers to them, such as `model_q4.onnx_data`.
 */
export interface ExportFiles {
  /** Name of the graph's own file, such as `model_q4.onnx`. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly external?: ReadonlyMap<string, Uint8Array> | undefined;
}

/** A file that the runtime needs beside the graph, as onnxruntime's session option `externalData` takes it. */
export interface ExternalFile {
  readonly path: string;
  readonly data: Uint8Array;
}

/** Constants below this stay in the graph, where the runtime infers shapes from them. */
const smallestExternal = 1024;

/**
 * Makes the large constants of a graph that was read from `files.bytes` references into that file, in place, and
 * lists the files that the graph now refers to. Throws `bad-input` where one is missing or too short.
 */
export function referToWeights(graph: OnnxGraph, files: ExportFiles): ExternalFile[] {
  raiseConstants(graph);
  const used = new Map<string, Uint8Array>();
  for (const tensor of graph.initializers) {
    tensor.external ??= placeIn(files, tensor);
    if (tensor.external === undefined) continue;
    tensor.data = new Uint8Array();
    used.set(tensor.external.location, fileOf(files, tensor.name, tensor.external));
  }
  return [...used].map(([path, data]) => ({ path, data }));
}

/** Large constants that are nodes become initializers: only these can lie outside the graph. */
function raiseConstants(graph: OnnxGraph): void {
  graph.nodes = graph.nodes.filter((node) => {
    const { value } = node.attributes;
    if (node.opType !== 'Constant' || value?.kind !== 'tensor') return true;
    if (value.value.data.length < smallestExternal && value.value.external === undefined) return true;
    graph.initializers.push({ ...value.value, name: node.outputs[0] });
    return false;
  });
}

function placeIn({ name, bytes }: ExportFiles, { data }: OnnxTensor): ExternalData | undefined {
  // Values that the file spells out as numbers of varying length were decoded, and lie elsewhere.
  if (data.length < smallestExternal || data.buffer !== bytes.buffer) return undefined;
  return { location: name, offset: data.byteOffset - bytes.byteOffset, length: data.length };
}

function fileOf(files: ExportFiles, tensor: string, { location, offset, length }: ExternalData): Uint8Array {
  const data = location === files.name ? files.bytes : files.external?.get(location);
  if (data === undefined)
    throw new AppError('bad-input', `${files.name} needs ${location}, which is not there.`, {
      file: location,
    });
  if (offset + length > data.length)
    throw new AppError(
      'bad-input',
      `${location} ends at byte ${data.length}, before the weight ${tensor} of ${files.name} does: it is not complete.`,
      { file: location, bytes: data.length },
    );
  return data;
}
