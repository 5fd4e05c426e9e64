import { DataType, int, node, type OnnxModel } from '../model.ts';
import { readModel } from '../modelReader.ts';
import { writeModel } from '../modelWriter.ts';
import { unpackBlockEmbeddings } from './blockEmbedding.ts';
import { referToWeights, type ExportFiles, type ExternalFile } from './externalWeights.ts';
import { GraphIndex } from './graphIndex.ts';
import { checkIsDecoder, findLanguageHead, type LanguageHead } from './languageHead.ts';
import { keepLiveNodes } from './liveNodes.ts';
import { checkRunnable, type ExportDevice } from './operators.ts';

/** An export with its final hidden states as an output. */
export interface HiddenStatesDecoder {
  /** The graph without its weights. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly externalData: readonly ExternalFile[];
  readonly hiddenSize: number;
}

/**
 * Any exported decoder, however it writes its attention, with one output more: `hidden_states [batch, tokens, hidden]`,
 * float32, what the head reads of every token. Without `keepsLogits` the head is left out, its product and the weights
 * that only it needs. Inputs stay those of the export, less what the head alone read. Throws `bad-input`.
 */
export function hiddenStatesDecoder(
  files: ExportFiles,
  { keepsLogits = false, device = 'wasm' }: { keepsLogits?: boolean; device?: ExportDevice } = {},
): HiddenStatesDecoder {
  const model = readModel(files.bytes);
  const { graph } = model;
  checkRunnable(model);
  checkIsDecoder(graph);
  keepLiveNodes(graph);
  if (device === 'wasm') unpackBlockEmbeddings(model);
  const head = findLanguageHead(new GraphIndex(graph));
  addHiddenStates(model, head);
  if (!keepsLogits) graph.outputs = graph.outputs.filter(({ name }) => name !== 'logits');
  keepLiveNodes(graph);
  const externalData = referToWeights(graph, files);
  return { bytes: writeModel(model), externalData, hiddenSize: head.hiddenSize };
}

function addHiddenStates(model: OnnxModel, { hidden, hiddenSize }: LanguageHead): void {
  const { graph } = model;
  if (graph.outputs.some(({ name }) => name === 'hidden_states')) return;
  graph.nodes.push(node('Cast', [hidden], ['hidden_states'], { to: int(DataType.float32) }));
  const shape = ['batch_size', 'sequence_length', hiddenSize];
  graph.outputs.push({ name: 'hidden_states', elementType: DataType.float32, shape });
}
