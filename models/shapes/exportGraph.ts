import {
  byteLength,
  DataType,
  emptyModel,
  importOpset,
  int,
  node,
  type OnnxAttribute,
  type OnnxModel,
} from '../../src/onnx/index.ts';
import { rotaryAngles, type Rotation } from './rotaryAngles.ts';
import { blockSize, floatBytes, fourBitBlocks, seededValues, turned } from './seededWeights.ts';

/** Domain of onnxruntime's own operators. */
export const contrib = 'com.microsoft';

/** A constant whose bytes are made when they are written, so that only one is in memory at a time. */
export interface PendingTensor {
  readonly name: string;
  readonly dataType: number;
  readonly dims: readonly number[];
  readonly byteLength: number;
  readonly make: () => Uint8Array;
}

/** How an export stores numbers. */
export interface StoredTypes {
  readonly isHalf: boolean;
  readonly isQuantized: boolean;
}

/**
 * Collects the nodes and constants of one export. Names follow onnxruntime-genai's model builder: a node is called
 * like the module of the PyTorch model, its result `<node>/output_0`, constants `/model/constants/…`.
 */
export class ExportGraph {
  readonly model: OnnxModel;
  readonly tensors: PendingTensor[] = [];
  readonly floatType: number;
  #constants = new Set<string>();

  constructor(
    private readonly seed: number,
    readonly types: StoredTypes,
  ) {
    this.model = emptyModel('main_graph');
    this.model.producer = 'onnxruntime-genai';
    this.model.irVersion = 10;
    this.model.opsetImports = [{ domain: '', version: 21 }];
    importOpset(this.model, contrib);
    this.floatType = types.isHalf ? DataType.float16 : DataType.float32;
  }

  /** Adds the node `name`; gives the name of its first result. Results that are left out are empty strings. */
  node(
    opType: string,
    name: string,
    inputs: readonly string[],
    attributes: Record<string, OnnxAttribute> = {},
    { domain = '', outputs = [`${name}/output_0`] }: { domain?: string; outputs?: readonly string[] } = {},
  ): string {
    this.model.graph.nodes.push({ ...node(opType, inputs, outputs, attributes, domain), name });
    return outputs[0];
  }

  cast(name: string, input: string, to: number, output = `${name}/output_0`): string {
    return this.node('Cast', name, [input], { to: int(to) }, { outputs: [output] });
  }

  /** An integer constant, shared by all nodes that use the same; a scalar where `values` is a number. */
  integers(values: number | readonly number[]): string {
    const list = typeof values === 'number' ? [values] : values;
    const name = `/model/constants/INT64/${typeof values === 'number' ? values : `[${values.join(', ')}]`}`;
    const dims = typeof values === 'number' ? [] : [list.length];
    return this.#constant(
      name,
      DataType.int64,
      dims,
      () => new Uint8Array(BigInt64Array.from(list, BigInt).buffer),
    );
  }

  /** A scalar, in the type of the activations if not in another. */
  scalar(value: number, type = this.floatType): string {
    const isHalf = type === DataType.float16;
    const name = `/model/constants/${isHalf ? 'FLOAT16' : 'FLOAT'}/${value}`;
    return this.#constant(name, type, [], () => floatBytes(Float32Array.of(value), isHalf));
  }

  /** A seeded weight as it is, in `type`; `isTurned`: as `[in, out]`. */
  weight(
    name: string,
    dims: readonly [number, ...number[]],
    deviation: number,
    { centre = 0, isHalf = this.types.isHalf, isTurned = false } = {},
  ): string {
    const [rows, columns = 1] = dims;
    const stored = isTurned ? [columns, rows] : dims;
    return this.#constant(name, isHalf ? DataType.float16 : DataType.float32, stored, () => {
      const values = seededValues(this.seed, name, rows * columns, deviation, centre);
      return floatBytes(isTurned ? turned(values, rows, columns) : values, isHalf);
    });
  }

  rotaryTable(name: string, part: 'cos' | 'sin', rotation: Rotation): string {
    const { contextLength, headSize, repeats = 1 } = rotation;
    return this.#constant(name, this.floatType, [contextLength, (repeats * headSize) / 2], () =>
      floatBytes(rotaryAngles(part, rotation), this.types.isHalf),
    );
  }

  /** `input` times a seeded weight `[out, in]`; `source`: whose values it has, where that is another constant. */
  linear(
    name: string,
    input: string,
    outSize: number,
    inSize: number,
    options: { source?: string; isDense?: boolean } = {},
  ): string {
    const parameter = `${name.slice(1).replaceAll('/', '.')}.MatMul.weight`;
    const source = options.source ?? parameter;
    const deviation = 1 / Math.sqrt(inSize);
    const values = () => seededValues(this.seed, source, outSize * inSize, deviation);
    if (!this.types.isQuantized || options.isDense) {
      const make = () => floatBytes(turned(values(), outSize, inSize), this.types.isHalf);
      const weight = this.#constant(parameter, this.floatType, [inSize, outSize], make);
      return this.node('MatMul', `${name}/MatMul`, [input, weight]);
    }
    const blocks = inSize / blockSize;
    // Written one after the other, weights and scales are made together.
    let scales: Float32Array | null = null;
    const packed = (): Uint8Array => {
      const made = fourBitBlocks(values());
      scales = made.scales;
      return made.packed;
    };
    const scaleBytes = (): Uint8Array => {
      const made = scales ?? fourBitBlocks(values()).scales;
      scales = null;
      return floatBytes(made, this.types.isHalf);
    };
    const packedDims = [outSize, blocks, blockSize / 2];
    const inputs = [
      input,
      this.#constant(`${parameter}_Q4`, DataType.uint8, packedDims, packed),
      this.#constant(`${parameter}_scales`, this.floatType, [outSize * blocks], scaleBytes),
    ];
    const attributes = { K: int(inSize), N: int(outSize), bits: int(4), block_size: int(blockSize) };
    return this.node('MatMulNBits', `${name}/MatMul_Q4`, inputs, attributes, { domain: contrib });
  }

  /** Rows of the embedding table `[vocab, hidden]` in blocks of four bits, by their `ids`. */
  quantizedRows(name: string, weight: string, ids: string, rows: number, columns: number): string {
    const blocks = () => fourBitBlocks(seededValues(this.seed, weight, rows * columns, columns ** -0.5));
    const inputs = [
      this.#constant(`${weight}_Q4`, DataType.uint8, [rows, columns / 2], () => blocks().packed),
      ids,
      this.#constant(`${weight}_scales`, this.floatType, [rows, columns / blockSize], () =>
        floatBytes(blocks().scales, this.types.isHalf),
      ),
    ];
    const attributes = {
      bits: int(4),
      block_size: int(blockSize),
      gather_axis: int(0),
      quantize_axis: int(1),
    };
    return this.node('GatherBlockQuantized', name, inputs, attributes, { domain: contrib });
  }

  #constant(name: string, dataType: number, dims: readonly number[], make: () => Uint8Array): string {
    if (this.#constants.has(name)) return name;
    this.#constants.add(name);
    this.tensors.push({ name, dataType, dims, byteLength: byteLength(dataType, dims) ?? 0, make });
    return name;
  }
}
