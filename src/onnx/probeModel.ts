import { elementCount, headSize, llamaParameters, type LlamaConfig } from './llamaConfig.ts';
import { exportDecoder } from './decoder.ts';
import { readModel } from './modelReader.ts';
import { scoringDecoder, type ScoringFormat } from './scoringDecoder.ts';

/** A value by name, for a runtime to make a tensor of. */
export interface KnownInput {
  readonly name: string;
  /** Values of float16 are zeros only: they are given as bits. */
  readonly type: 'float32' | 'float16' | 'int64';
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

/** A model so small that a device runs it at once, and some elements of the answer that it must give. */
export interface KnownAnswer {
  readonly name: string;
  readonly model: Uint8Array<ArrayBuffer>;
  readonly inputs: readonly KnownInput[];
  readonly output: string;
  readonly expected: readonly (readonly [index: number, value: number])[];
  readonly tolerance: number;
  /** A device that gets this wrong is used all the same, in float32 only. */
  readonly needsF16: boolean;
}

/** The shape of the probe: one block with grouped queries and quantized weights. */
export const probeShape: LlamaConfig = {
  vocabSize: 64,
  hiddenSize: 64,
  layers: 1,
  heads: 4,
  kvHeads: 2,
  intermediateSize: 64,
  ropeTheta: 10_000,
  rmsNormEpsilon: 1e-5,
};

export const probeFormat = { bits: 8, blockSize: 32, activations: 'float32', contextLength: 128 } as const;

/** Beyond 64 tokens: onnxruntime-web's fast attention has been silently wrong from 32 tokens on. */
export const probeTokens: readonly number[] = Array.from({ length: 80 }, (_, index) => (index * 29 + 5) % 64);

/**
 * Elements of `hidden_states` [1, 80, 64], computed in float64 from the definition of the architecture: the first
 * four of rows 20, 45 and 79.
 */
const knownHiddenStates: readonly (readonly [index: number, value: number])[] = [
  [1280, 0.1910582],
  [1281, 2.8802104],
  [1282, 1.6166183],
  [1283, -0.1485962],
  [2880, -0.6558986],
  [2881, 1.1373345],
  [2882, 0.0568119],
  [2883, -0.418485],
  [5056, -0.5966383],
  [5057, 0.3114661],
  [5058, -0.4556543],
  [5059, -0.1919135],
];

/** Weights that are the same everywhere: a linear congruential sequence, spread as a trained model's are. */
export function probeParameters(): Map<string, Float32Array> {
  let state = 12_345;
  const draw = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return new Map(
    llamaParameters(probeShape).map(({ name, shape, decays }) => [
      name,
      Float32Array.from({ length: elementCount(shape) }, () => (decays ? draw() * 0.5 : 1 + draw() * 0.5)),
    ]),
  );
}

/**
 * What a device must get right before it may answer for real: fused attention over a long prefill, as models from
 * elsewhere use it, and the graph of the app itself.
 */
export function knownAnswers(): KnownAnswer[] {
  const model = exportDecoder(probeShape, probeParameters(), probeFormat);
  const length = probeTokens.length;
  const answer = { output: 'hidden_states', expected: knownHiddenStates, tolerance: 1e-3, needsF16: false };
  const inPlainOperators = (weights: ScoringFormat['weights'], activations: 'float32' | 'float16') => ({
    name: `attention in plain operators over ${length} tokens`,
    model: scoringDecoder(readModel(model), { weights, activations }).bytes,
    inputs: scoringInputs(activations),
  });
  return [
    {
      ...answer,
      name: `grouped-query attention over ${length} tokens`,
      model,
      inputs: [
        integers('input_ids', [1, length], probeTokens),
        integers('attention_mask', [1, length], new Array<number>(length).fill(1)),
        integers('num_logits_to_keep', [], [1]),
        ...emptyCache(0, 'float32'),
      ],
    },
    { ...answer, ...inPlainOperators('quantized', 'float32') },
    // Half precision has 11 bits: elements of about 3 come out within a few thousandths, sums of many within this.
    { ...answer, ...inPlainOperators('dense', 'float16'), tolerance: 0.1, needsF16: true },
  ];
}

function scoringInputs(activations: 'float32' | 'float16'): KnownInput[] {
  const length = probeTokens.length;
  const causal = probeTokens.flatMap((_, row) =>
    probeTokens.map((__, column) => (column > row ? -30_000 : 0)),
  );
  return [
    integers('input_ids', [1, length], probeTokens),
    integers('position_ids', [1, length], [...probeTokens.keys()]),
    { name: 'attention_bias', type: 'float32', dims: [1, 1, length, length], values: causal },
    integers('reused_length', [1], [0]),
    integers('kept_length', [1], [length]),
    integers('head_rows', [1], [length - 1]),
    integers('picks', [1], [0]),
    integers('pick_rows', [1], [0]),
    ...emptyCache(1, activations),
  ];
}

/** Keys and values of tokens that nothing sees. */
function emptyCache(rows: number, type: 'float32' | 'float16'): KnownInput[] {
  const { kvHeads } = probeShape;
  const size = headSize(probeShape);
  return ['key', 'value'].map((part) => ({
    name: `past_key_values.0.${part}`,
    type,
    dims: [1, kvHeads, rows, size],
    values: new Array<number>(kvHeads * rows * size).fill(0),
  }));
}

function integers(name: string, dims: readonly number[], values: readonly number[]): KnownInput {
  return { name, type: 'int64', dims, values };
}
