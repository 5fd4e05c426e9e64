import { AppError } from '../platform/index.ts';
import { llamaParameters, type LlamaConfig, type Parameter } from './llamaConfig.ts';

/** Low-rank adaptation of some linear maps of every layer, by Hugging Face's module names (`q_proj`, …). */
export interface LoraConfig {
  readonly rank: number;
  /** The update is multiplied by alpha / rank. */
  readonly alpha: number;
  readonly targets: readonly string[];
}

/**
 * The tensors that LoRA trains, in the order of their `theta`: per target `lora_A.weight [rank, in]` and
 * `lora_B.weight [out, rank]`, which starts at 0. Throws `bad-input` for a target that the model lacks.
 */
export function loraParameters(config: LlamaConfig, { rank, targets }: LoraConfig): Parameter[] {
  if (!Number.isSafeInteger(rank) || rank < 1)
    throw new AppError('bad-input', `LoRA: the rank must be a positive whole number, not ${rank}.`, { rank });
  const parameters: Parameter[] = [];
  const found = new Set<string>();
  for (const { name, shape } of llamaParameters(config)) {
    const target = targets.find((module) => name.endsWith(`.${module}.weight`));
    if (target === undefined || shape.length !== 2) continue;
    found.add(target);
    const module = name.slice(0, -'.weight'.length);
    parameters.push(
      { name: `${module}.lora_A.weight`, shape: [rank, shape[1]], decays: true },
      { name: `${module}.lora_B.weight`, shape: [shape[0], rank], decays: true },
    );
  }
  const missing = targets.filter((target) => !found.has(target));
  if (missing.length > 0 || parameters.length === 0)
    throw new AppError('bad-input', `LoRA: the model has no module named ${missing.join(', ') || '(none)'}.`);
  return parameters;
}
