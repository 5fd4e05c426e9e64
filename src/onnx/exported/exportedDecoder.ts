import { DecoderBuilder } from '../decoderBuilder.ts';
import { DataType, int, type OnnxGraph, type OnnxModel, type OnnxNode } from '../model.ts';
import { readModel } from '../modelReader.ts';
import { writeModel } from '../modelWriter.ts';
import { addPickedLogProbs, addScoringInterface } from '../treeScoring.ts';
import { AttentionBiases } from './attentionBiases.ts';
import { detachAttentions, type DetachedAttention } from './attentions.ts';
import { unpackBlockEmbeddings } from './blockEmbedding.ts';
import { exportedSizes, type ExportedSizes } from './exportedSizes.ts';
import { referToWeights, type ExportFiles, type ExternalFile } from './externalWeights.ts';
import { GraphIndex } from './graphIndex.ts';
import { checkIsDecoder, findLanguageHead, type LanguageHead } from './languageHead.ts';
import { keepLiveNodes } from './liveNodes.ts';
import { checkRunnable, isGroupedAttention, type ExportDevice } from './operators.ts';

/** A scoring graph made of an export whose weights stay where they are; what a session of the room lm wants. */
export interface ExportedDecoder {
  /** The graph without its weights. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What the runtime needs beside the graph: the very bytes of the export's files. */
  readonly externalData: readonly ExternalFile[];
  readonly format: { readonly activations: ExportedSizes['activations'] };
  readonly sizes: ExportedSizes & {
    /** Most tokens that one run may take: onnxruntime rotates no more than its tables have rows. */
    readonly mostRows: number;
  };
}

export interface ExportOptions {
  /** The parsed `config.json`, asked only for sizes and windows that the graph does not tell. */
  readonly config?: unknown;
  /** Operators that it lacks are written in others. Default: `wasm`, which has the fewest. */
  readonly device?: ExportDevice;
}

/**
 * The scoring graph of any exported decoder whose attention is `GroupQueryAttention`, or takes a mask that is added to
 * its scores, in `MultiHeadAttention` or written out; inputs and outputs are those of `scoringDecoder`. The former is
 * replaced by standard operators, the latter gets another mask, the head runs on the rows that are asked about, and
 * what was made of the attention mask goes. Weights are not copied: the small graph refers to the bytes of `files`.
 * Throws `bad-input` for what cannot be scored so, the operator or input that is in the way as `data.op`, and for files
 * that are damaged or incomplete, without `op`.
 */
export function exportedDecoder(
  files: ExportFiles,
  { config, device = 'wasm' }: ExportOptions = {},
): ExportedDecoder {
  const model = readModel(files.bytes);
  const { graph } = model;
  checkRunnable(model);
  checkIsDecoder(graph);
  keepLiveNodes(graph);
  if (device === 'wasm') unpackBlockEmbeddings(model);
  clearNames(graph);
  const index = new GraphIndex(graph);
  const head = findLanguageHead(index);
  const attentions = detachAttentions(graph, headSources(head, index), index, config);
  const sizes = exportedSizes({ graph, attentions, head, index, config });
  rebuild(model, { head, attentions, sizes, index });
  const externalData = referToWeights(graph, files);
  return {
    bytes: writeModel(model),
    externalData,
    format: { activations: sizes.activations },
    sizes: { ...sizes, mostRows: sizes.contextLength },
  };
}

/** Inner tensors with plain names would clash with those of the scoring interface: they get a prefix, in place. */
function clearNames(graph: OnnxGraph): void {
  const kept = new Set(['', 'logits', ...graph.inputs.map(({ name }) => name)]);
  const cleared = (name: string): string => (kept.has(name) || /[./]/.test(name) ? name : `export/${name}`);
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map(cleared);
    node.outputs = node.outputs.map(cleared);
  }
  for (const tensor of graph.initializers) tensor.name = cleared(tensor.name);
}

/** What the head needs of the graph: the final hidden states, and constants that are made by nodes. */
function headSources({ hidden, product, after }: LanguageHead, index: GraphIndex): string[] {
  const constants = [product, ...after.map(({ node }) => node)]
    .flatMap((node) => node.inputs)
    .filter((name) => index.isConstant(name));
  return [hidden, ...constants];
}

/** Gives the reduced graph attention over trees, the head of the asked rows, and the scoring interface, in place. */
function rebuild(
  model: OnnxModel,
  parts: {
    head: LanguageHead;
    attentions: readonly DetachedAttention[];
    sizes: ExportedSizes;
    index: GraphIndex;
  },
): void {
  const { head, attentions, sizes, index } = parts;
  const { graph } = model;
  const g = new DecoderBuilder(model, sizes.activations);
  graph.nodes = graph.nodes.filter((node) => !isGroupedAttention(node));
  graph.inputs = [];
  graph.outputs = [];
  addScoringInterface(g, sizes);
  const { inputs } = graph;
  const biases = new AttentionBiases(g);
  attentions.forEach((attention, layer) => {
    const bias = biases.get(attention.window, attention.biasType ?? g.elementType);
    attention.restore(g, { layer, headSize: sizes.headSize, bias });
  });
  addHead(g, head, index);
  keepLiveNodes(graph);
  // Also what this model does not read, such as positions where nothing rotates, is fed.
  graph.inputs = inputs;
}

/** The head on the rows that are asked about, with all that comes after it; logits become float32 for the sums. */
function addHead(g: DecoderBuilder, head: LanguageHead, index: GraphIndex): void {
  const { after, hidden, vocabSize, hiddenSize } = head;
  const { nodes } = g.model.graph;
  const wide = g.cast(hidden, DataType.float32, 'hidden_float');
  g.reshape(wide, [1, -1, hiddenSize], 'hidden_states');
  const rows = g.reshape(hidden, [-1, hiddenSize], 'hidden_rows');
  const picked = g.node('Gather', [rows, 'head_rows'], 'picked_rows', { axis: int(0) });
  g.cast(picked, DataType.float32, 'head_states');
  const product = productOfRows(head.product, index);
  const input = product.opType === 'Gemm' ? picked : g.reshape(picked, [1, -1, hiddenSize], 'picked_batch');
  let at = 'head_product';
  nodes.push({ ...product, name: at, inputs: [input, ...product.inputs.slice(1)], outputs: [at] });
  after.forEach(({ node, input: before }, place) => {
    const next = `head_product_${place + 1}`;
    const inputs = node.inputs.map((name) => (name === before ? at : name));
    nodes.push({ ...node, name: next, inputs, outputs: [next] });
    at = next;
  });
  addPickedLogProbs(g, g.reshape(g.cast(at, DataType.float32, 'head_float'), [-1, vocabSize], 'head_logits'));
}

/**
 * `MatMul` with the turned embedding table as `Gemm` with the table as it is: the runtime would keep a turned copy, which
 * for a vocabulary of 150,000 is half a gigabyte.
 */
function productOfRows(product: OnnxNode, index: GraphIndex): OnnxNode {
  const turning = product.opType === 'MatMul' ? index.producer(product.inputs[1]) : undefined;
  if (turning?.opType !== 'Transpose') return product;
  return {
    ...product,
    opType: 'Gemm',
    inputs: [product.inputs[0], turning.inputs[0]],
    attributes: { transB: int(1) },
  };
}
