import { elementCount, llamaParameters, type LlamaConfig } from './llamaConfig.ts';
import { exportDecoder } from './decoder.ts';
import { readModel } from './modelReader.ts';
import { scoringDecoder } from './scoringDecoder.ts';

/** A value by name, for a runtime to make a tensor of. */
export interface KnownInput {
  readonly name: string;
  readonly type: 'float32' | 'int64';
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
  const scoring = scoringDecoder(readModel(model), { weights: 'quantized', activations: 'float32' });
  const length = probeTokens.length;
  const { kvHeads } = probeShape;
  const cache = (rows: number): KnownInput[] =>
    ['key', 'value'].map((part) => ({
      name: `past_key_values.0.${part}`,
      type: 'float32',
      dims: [1, kvHeads, rows, scoring.sizes.headSize],
      values: new Array<number>(kvHeads * rows * scoring.sizes.headSize).fill(0),
    }));
  const tokens = integers('input_ids', [1, length], probeTokens);
  const causal = probeTokens.flatMap((_, row) =>
    probeTokens.map((__, column) => (column > row ? -30_000 : 0)),
  );
  const answer = { output: 'hidden_states', expected: knownHiddenStates, tolerance: 1e-3 };
  return [
    {
      ...answer,
      name: `grouped-query attention over ${length} tokens`,
      model,
      inputs: [
        tokens,
        integers('attention_mask', [1, length], new Array<number>(length).fill(1)),
        integers('num_logits_to_keep', [], [1]),
        ...cache(0),
      ],
    },
    {
      ...answer,
      name: `attention in plain operators over ${length} tokens`,
      model: scoring.bytes,
      inputs: [
        tokens,
        integers('position_ids', [1, length], [...probeTokens.keys()]),
        { name: 'attention_bias', type: 'float32', dims: [1, 1, length, length], values: causal },
        integers('reused_length', [1], [0]),
        integers('kept_length', [1], [length]),
        integers('head_rows', [1], [length - 1]),
        integers('picks', [1], [0]),
        integers('pick_rows', [1], [0]),
        ...cache(1),
      ],
    },
  ];
}

function integers(name: string, dims: readonly number[], values: readonly number[]): KnownInput {
  return { name, type: 'int64', dims, values };
}
