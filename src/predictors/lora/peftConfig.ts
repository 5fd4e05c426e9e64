import type { LoraConfig } from '../../onnx/index.ts';
import { AppError } from '../../platform/index.ts';

/** What of a PEFT `adapter_config.json` decides how its tensors act. `alpha` is in our terms: times alpha / rank. */
export interface PeftConfig {
  readonly rank: number;
  readonly alpha: number;
  readonly baseModel: string | null;
}

/** `adapter_config.json` of Hugging Face's PEFT (`LoraConfig`, versions 0.6 to 0.21), with PEFT's defaults written out. */
export function peftConfigJson(lora: LoraConfig, baseModel: string): string {
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    auto_mapping: null,
    base_model_name_or_path: baseModel,
    revision: null,
    inference_mode: true,
    r: lora.rank,
    lora_alpha: lora.alpha,
    lora_dropout: 0,
    target_modules: lora.targets,
    layers_to_transform: lora.layers ?? null,
    layers_pattern: null,
    bias: 'none',
    fan_in_fan_out: false,
    init_lora_weights: true,
    modules_to_save: null,
    rank_pattern: {},
    alpha_pattern: {},
    use_rslora: false,
    use_dora: false,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** Settings under which the same tensors mean something that we do not compute, by what they may be. */
const plainValues: Readonly<Record<string, (value: unknown) => boolean>> = {
  bias: (value) => value === 'none',
  fan_in_fan_out: (value) => value === false,
  use_dora: (value) => value === false,
  lora_bias: (value) => value === false,
  modules_to_save: isEmpty,
  rank_pattern: isEmpty,
  alpha_pattern: isEmpty,
  layer_replication: isEmpty,
  trainable_token_indices: isEmpty,
};

/** Reads what PEFT wrote. Throws `bad-input` for other methods than LoRA, and for variants of it that we do not compute. */
export function readPeftConfig(text: string): PeftConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable('it is no JSON');
  }
  if (typeof json !== 'object' || json === null) throw unreadable('it is no JSON object');
  const config = json as Record<string, unknown>;
  if (config.peft_type !== 'LORA') throw unreadable(`its peft_type is ${String(config.peft_type)}, not LORA`);
  for (const [name, isPlain] of Object.entries(plainValues))
    if (name in config && !isPlain(config[name]))
      throw unreadable(`${name} is ${JSON.stringify(config[name])}, which is not supported`);
  const { r: rank, lora_alpha: alpha, base_model_name_or_path: baseModel } = config;
  if (typeof rank !== 'number' || !Number.isSafeInteger(rank) || rank < 1)
    throw unreadable('r is no positive whole number');
  if (typeof alpha !== 'number' || !Number.isFinite(alpha)) throw unreadable('lora_alpha is no number');
  return {
    rank,
    // Rank-stabilised LoRA scales by alpha / √rank.
    alpha: config.use_rslora === true ? alpha * Math.sqrt(rank) : alpha,
    baseModel: typeof baseModel === 'string' ? baseModel : null,
  };
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

function unreadable(problem: string): AppError {
  return new AppError('bad-input', `This adapter_config.json cannot be used: ${problem}.`);
}
