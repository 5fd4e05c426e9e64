import { shapeConfig, shapeGenerationConfig } from './configFiles.ts';
import { exportGraph } from './decoderExport.ts';
import type { ExportGraph } from './exportGraph.ts';
import { exportFiles, weightBytes, type PiecewiseFile } from './exportFiles.ts';
import { shapeDtypes, type DecoderShape, type ShapeDtype } from './shapes.ts';
import { shapeTokenizer } from './shapeTokenizer.ts';

/** All files of a model folder, under their paths in it. The same seed gives the same bytes. */
export function shapeFiles(
  shape: DecoderShape,
  dtypes: readonly ShapeDtype[],
  seed: number,
): PiecewiseFile[] {
  const tokenizer = shapeTokenizer(shape, seed);
  const json = (name: string, value: unknown): PiecewiseFile => ({
    name,
    pieces: () => [new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`)],
  });
  const external = (Object.keys(shapeDtypes) as ShapeDtype[]).filter((dtype) =>
    isExternal(shape, exportGraph(shape, dtype, seed)),
  );
  return [
    json('config.json', shapeConfig(shape, tokenizer.ids, external)),
    json('generation_config.json', shapeGenerationConfig(tokenizer.ids)),
    json('tokenizer.json', tokenizer.json),
    json('tokenizer_config.json', tokenizer.config),
    ...dtypes.flatMap((dtype) => weightFiles(shape, dtype, seed)),
  ];
}

/** The graph of one form of the weights under `onnx/`, and its external data where the shape has them. */
export function weightFiles(shape: DecoderShape, dtype: ShapeDtype, seed: number): PiecewiseFile[] {
  const graph = exportGraph(shape, dtype, seed);
  const files = exportFiles(graph, `model${shapeDtypes[dtype]}.onnx`, isExternal(shape, graph));
  return files.map(({ name, pieces }) => ({ name: `onnx/${name}`, pieces }));
}

/** Protobuf ends at two gigabytes. */
function isExternal(shape: DecoderShape, graph: ExportGraph): boolean {
  return shape.isExternal || weightBytes(graph) > 2e9;
}

/** A whole file in memory. */
export function wholeFile({ pieces }: PiecewiseFile): Uint8Array<ArrayBuffer> {
  const parts = [...pieces()];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
