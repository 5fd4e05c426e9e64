import { AppError } from '../../platform/index.ts';
import { DataType, type OnnxGraph } from '../model.ts';
import type { DetachedAttention } from './attentions.ts';
import { unsupported, type GraphIndex } from './graphIndex.ts';
import type { LanguageHead } from './languageHead.ts';

/** Sizes of an export, and the type in which it computes. Positions run from 0 to `contextLength - 1`. */
export interface ExportedSizes {
  readonly layers: number;
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly contextLength: number;
  readonly activations: 'float32' | 'float16';
}

/** What sizes follow from: the graph with its inputs, what was found in it, and the parsed `config.json`, if any. */
interface SizeSources {
  readonly graph: Pick<OnnxGraph, 'inputs' | 'nodes'>;
  readonly attentions: readonly DetachedAttention[];
  readonly head: LanguageHead;
  readonly index: GraphIndex;
  readonly config: unknown;
}

/** The graph tells all sizes but, in some exports, how far positions go. Throws `bad-input` where layers differ. */
export function exportedSizes(sources: SizeSources): ExportedSizes {
  const { graph, attentions, head, index, config } = sources;
  const [first] = attentions;
  const { kvHeads, cache } = first;
  const heads = first.heads ?? configSize(config, 'num_attention_heads');
  if (heads === undefined)
    throw new AppError(
      'bad-input',
      'Neither the model nor its config.json (num_attention_heads) says how many heads its attention has.',
    );
  for (const other of attentions)
    if (
      other.heads !== first.heads ||
      other.kvHeads !== kvHeads ||
      other.cache?.shape?.[3] !== cache?.shape?.[3]
    )
      throw unsupported('its layers have attention of different sizes', 'past_key_values');
  if (heads < 1 || !(kvHeads >= 1) || heads % kvHeads !== 0)
    throw unsupported(`${heads} query heads cannot share ${kvHeads} key heads`, 'past_key_values');
  const declared = cache?.shape?.[3];
  const table = index.constant(first.rotaryTable ?? '')?.dims[1];
  const headSize =
    typeof declared === 'number' ? declared : (configSize(config, 'head_dim') ?? (table ?? 0) * 2);
  const contextLength = tableRows(graph, attentions, index) ?? configSize(config, 'max_position_embeddings');
  if (contextLength === undefined)
    throw new AppError(
      'bad-input',
      'Neither the model nor its config.json (max_position_embeddings) says how long a text may be.',
    );
  if (headSize < 1 || head.vocabSize < 1 || head.hiddenSize < 1)
    throw new AppError('bad-input', 'The model does not say how large its heads or its vocabulary are.');
  return {
    layers: attentions.length,
    vocabSize: head.vocabSize,
    hiddenSize: head.hiddenSize,
    heads,
    kvHeads,
    headSize,
    contextLength,
    activations: activationsOf(cache?.elementType ?? 0),
  };
}

function activationsOf(elementType: number): 'float32' | 'float16' {
  if (elementType === DataType.float32) return 'float32';
  if (elementType === DataType.float16) return 'float16';
  throw unsupported(
    `it keeps keys and values in ONNX type ${elementType}, and only float32 and float16 are read`,
    'past_key_values',
  );
}

/** Rows of the shortest table of rotations, in the attention operator or before it. */
function tableRows(
  { nodes }: Pick<OnnxGraph, 'nodes'>,
  attentions: readonly DetachedAttention[],
  index: GraphIndex,
): number | undefined {
  const tables = [
    ...attentions.map(({ rotaryTable }) => rotaryTable ?? ''),
    ...nodes.filter(({ opType }) => opType === 'RotaryEmbedding').map(({ inputs }) => inputs[2] ?? ''),
  ];
  const rows = tables.flatMap((name) => index.constant(name)?.dims[0] ?? []);
  return rows.length === 0 ? undefined : Math.min(...rows);
}

function configSize(config: unknown, name: string): number | undefined {
  if (typeof config !== 'object' || config === null || !Object.hasOwn(config, name)) return undefined;
  const value = (config as Record<string, unknown>)[name];
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : undefined;
}
