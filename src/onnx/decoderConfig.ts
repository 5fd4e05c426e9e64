import { headSize, type LlamaConfig } from './llamaConfig.ts';

/** Token ids that a model folder declares. */
export interface SpecialTokens {
  readonly bosTokenId: number | null;
  readonly eosTokenId: number;
  readonly padTokenId: number;
}

/** Contents of the `config.json` and `generation_config.json` of a Hugging Face model folder. */
export function configJson(
  config: LlamaConfig,
  tokens: SpecialTokens,
  contextLength = 1024,
): { config: Record<string, unknown>; generationConfig: Record<string, unknown> } {
  const ids = {
    bos_token_id: tokens.bosTokenId,
    eos_token_id: tokens.eosTokenId,
    pad_token_id: tokens.padTokenId,
  };
  return {
    config: {
      architectures: ['LlamaForCausalLM'],
      model_type: 'llama',
      ...ids,
      hidden_act: 'silu',
      hidden_size: config.hiddenSize,
      intermediate_size: config.intermediateSize,
      max_position_embeddings: contextLength,
      num_attention_heads: config.heads,
      num_hidden_layers: config.layers,
      num_key_value_heads: config.kvHeads,
      head_dim: headSize(config),
      rms_norm_eps: config.rmsNormEpsilon,
      rope_theta: config.ropeTheta,
      attention_bias: false,
      mlp_bias: false,
      tie_word_embeddings: true,
      vocab_size: config.vocabSize,
      dtype: 'float32',
      use_cache: true,
    },
    generationConfig: { _from_model_config: true, ...ids },
  };
}
