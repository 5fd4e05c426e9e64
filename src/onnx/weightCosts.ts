import { GraphIndex, intAttribute } from './exported/graphIndex.ts';
import { byteLength, type OnnxNode, type OnnxTensor } from './model.ts';
import { readModel } from './modelReader.ts';

/** What the weights of a decoder cost each token that it reads. */
export interface WeightCosts {
  /** Weights that every token is multiplied with: one multiplication and one addition each. */
  readonly layerWeights: number;
  /** Weights of the head, which runs on the rows whose next token is asked about. */
  readonly headWeights: number;
  /** Bytes of both as they are stored, with scales and zero points; looking up an embedding reads next to nothing. */
  readonly bytesRead: number;
  /** Bytes of everything that the graph holds. */
  readonly constantBytes: number;
  /** The largest product of the layers: `[inner, columns]`. */
  readonly largest: { readonly inner: number; readonly columns: number };
}

interface Product {
  readonly inner: number;
  readonly columns: number;
  readonly bytes: number;
}

/**
 * Counts the products with constant weights of a scoring graph. `bytes`: the graph, whose weights may lie elsewhere; the
 * head is the product whose columns are the vocabulary.
 */
export function weightCosts(bytes: Uint8Array, vocabSize: number): WeightCosts {
  const { graph } = readModel(bytes);
  const index = new GraphIndex(graph);
  const products = graph.nodes.flatMap((node) => constantProduct(node, index) ?? []);
  const layers = products.filter(({ columns }) => columns !== vocabSize);
  const heads = products.filter(({ columns }) => columns === vocabSize);
  const weights = (of: readonly Product[]) =>
    of.reduce((sum, { inner, columns }) => sum + inner * columns, 0);
  return {
    layerWeights: weights(layers),
    headWeights: weights(heads),
    bytesRead: products.reduce((sum, product) => sum + product.bytes, 0),
    constantBytes: graph.initializers.reduce((sum, tensor) => sum + storedBytes(tensor), 0),
    largest: layers.reduce(
      (most, { inner, columns }) => (inner * columns > most.inner * most.columns ? { inner, columns } : most),
      { inner: 1, columns: 1 },
    ),
  };
}

/** Undefined for other operators, and for products of two activations, as attention has them. */
function constantProduct(node: OnnxNode, index: GraphIndex): Product | undefined {
  switch (node.opType) {
    case 'MatMulNBits':
    case 'MatMulBnb4': {
      const constants = node.inputs.slice(1).flatMap((name) => index.constant(name) ?? []);
      const bytes = constants.reduce((sum, tensor) => sum + storedBytes(tensor), 0);
      return { inner: intAttribute(node, 'K', 0), columns: intAttribute(node, 'N', 0), bytes };
    }
    case 'MatMul':
    case 'FusedMatMul':
    case 'Gemm': {
      const source = index.matrixSource(node.inputs[1]);
      if (source === undefined) return undefined;
      const isTurned = source.isTurned !== (intAttribute(node, 'transB', 0) === 1);
      const [rows, columns] = source.tensor.dims;
      const bytes = storedBytes(source.tensor);
      return isTurned ? { inner: columns, columns: rows, bytes } : { inner: rows, columns, bytes };
    }
    default:
      return undefined;
  }
}

function storedBytes({ dataType, dims, data, external }: OnnxTensor): number {
  return byteLength(dataType, dims) ?? external?.length ?? data.length;
}
