import { AppError } from '../platform/index.ts';
import { headSize, llamaParameters, type LlamaConfig } from './llamaConfig.ts';

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

/**
 * The sizes in a parsed `config.json`. Throws `bad-input` for what is no Llama with tied embeddings, plain RoPE and no
 * biases: our graphs would compute something else.
 */
export function readConfigJson(json: unknown): LlamaConfig {
  if (typeof json !== 'object' || json === null) throw otherModel('it is no JSON object');
  const entries = json as Record<string, unknown>;
  const number = (name: string): number => {
    const value = entries[name];
    if (typeof value !== 'number') throw otherModel(`${name} is no number`);
    return value;
  };
  for (const [name, expected] of [
    ['model_type', 'llama'],
    ['hidden_act', 'silu'],
    ['tie_word_embeddings', true],
  ] as const)
    if (entries[name] !== expected) throw otherModel(`${name} is ${String(entries[name])}, not ${expected}`);
  for (const name of ['attention_bias', 'mlp_bias', 'rope_scaling'])
    if (entries[name]) throw otherModel(`it has ${name}`);
  const config: LlamaConfig = {
    vocabSize: number('vocab_size'),
    hiddenSize: number('hidden_size'),
    layers: number('num_hidden_layers'),
    heads: number('num_attention_heads'),
    kvHeads: number('num_key_value_heads'),
    intermediateSize: number('intermediate_size'),
    ropeTheta: number('rope_theta'),
    rmsNormEpsilon: number('rms_norm_eps'),
  };
  llamaParameters(config);
  if ('head_dim' in entries && entries.head_dim !== headSize(config))
    throw otherModel(`head_dim is not hidden_size / num_attention_heads`);
  return config;
}

function otherModel(problem: string): AppError {
  return new AppError(
    'bad-input',
    `This config.json describes no model that can be trained here: ${problem}.`,
  );
}
