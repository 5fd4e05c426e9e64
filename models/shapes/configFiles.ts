import { shapeDtypes, slides, type DecoderShape, type ShapeDtype } from './shapes.ts';

/** Ids of a family's special tokens. */
export interface SpecialIds {
  readonly bos: number | null;
  readonly eos: number | readonly number[];
  readonly pad: number;
}

const architectures = {
  llama: 'LlamaForCausalLM',
  qwen2: 'Qwen2ForCausalLM',
  qwen3: 'Qwen3ForCausalLM',
  gemma3_text: 'Gemma3ForCausalLM',
} as const;

/**
 * Contents of `config.json`, with the entries that the family's own has. `external`: forms of the weights that lie in
 * a file beside the graph.
 */
export function shapeConfig(
  shape: DecoderShape,
  ids: SpecialIds,
  external: readonly ShapeDtype[],
): Record<string, unknown> {
  const layers = Array.from({ length: shape.layers }, (_, layer) => layer);
  const chunks = Object.fromEntries(external.map((dtype) => [`model${shapeDtypes[dtype]}.onnx`, 1]));
  return {
    architectures: [architectures[shape.modelType]],
    model_type: shape.modelType,
    attention_bias: false,
    attention_dropout: 0,
    bos_token_id: ids.bos,
    eos_token_id: Array.isArray(ids.eos) ? ids.eos[0] : ids.eos,
    pad_token_id: ids.pad,
    ...(shape.isGemma
      ? {
          hidden_activation: 'gelu_pytorch_tanh',
          query_pre_attn_scalar: shape.headSize,
          attn_logit_softcapping: null,
          final_logit_softcapping: null,
        }
      : { hidden_act: 'silu' }),
    head_dim: shape.headSize,
    hidden_size: shape.hiddenSize,
    initializer_range: 0.02,
    intermediate_size: shape.intermediateSize,
    max_position_embeddings: shape.contextLength,
    num_attention_heads: shape.heads,
    num_hidden_layers: shape.layers,
    num_key_value_heads: shape.kvHeads,
    rms_norm_eps: shape.rmsNormEpsilon,
    rope_scaling: ropeScaling(shape),
    rope_theta: shape.ropeTheta,
    ...(shape.sliding && {
      rope_local_base_freq: shape.sliding.ropeTheta,
      sliding_window: shape.sliding.window,
      layer_types: layers.map((layer) => (slides(shape, layer) ? 'sliding_attention' : 'full_attention')),
    }),
    // Qwen says how far it would see if it did slide.
    ...(shape.modelType.startsWith('qwen') && {
      max_window_layers: shape.layers,
      sliding_window: shape.modelType === 'qwen2' ? shape.contextLength : null,
      use_sliding_window: false,
    }),
    tie_word_embeddings: shape.head !== 'dense',
    torch_dtype: 'float32',
    transformers_version: '4.57.0',
    use_cache: true,
    vocab_size: shape.vocabSize,
    'transformers.js_config': {
      kv_cache_dtype: { q4f16: 'float16', fp16: 'float16' },
      ...(external.length > 0 && { use_external_data_format: chunks }),
    },
  };
}

function ropeScaling({ ropeScaling: scaling }: DecoderShape): Record<string, unknown> | null {
  if (scaling === undefined) return null;
  return {
    factor: scaling.factor,
    high_freq_factor: scaling.highFrequency,
    low_freq_factor: scaling.lowFrequency,
    original_max_position_embeddings: scaling.originalContext,
    rope_type: 'llama3',
  };
}

/** Contents of `generation_config.json`. */
export function shapeGenerationConfig(ids: SpecialIds): Record<string, unknown> {
  return {
    _from_model_config: true,
    bos_token_id: ids.bos,
    eos_token_id: ids.eos,
    pad_token_id: ids.pad,
    transformers_version: '4.57.0',
  };
}
