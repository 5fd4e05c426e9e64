import { AppError } from '../platform/index.ts';
import { llamaParameters, type LlamaConfig, type Parameter } from './llamaConfig.ts';

/** Low-rank adaptation of some linear maps, by Hugging Face's module names (`q_proj`, …). */
export interface LoraConfig {
  readonly rank: number;
  /** The update is multiplied by alpha / rank. */
  readonly alpha: number;
  readonly targets: readonly string[];
  /** Which layers are adapted, counted from 0. Default: all. */
  readonly layers?: readonly number[];
}

/**
 * The tensors that LoRA trains, in the order of their `theta`: per target `lora_A.weight [rank, in]` and
 * `lora_B.weight [out, rank]`, which starts at 0. Throws `bad-input` for a target or a layer that the model lacks.
 */
export function loraParameters(config: LlamaConfig, { rank, targets, layers }: LoraConfig): Parameter[] {
  if (!Number.isSafeInteger(rank) || rank < 1)
    throw new AppError('bad-input', `LoRA: the rank must be a positive whole number, not ${rank}.`, { rank });
  const unknown = layers?.find((layer) => !Number.isInteger(layer) || layer < 0 || layer >= config.layers);
  if (unknown !== undefined)
    throw new AppError('bad-input', `LoRA: the model has no layer ${unknown}.`, { layer: unknown });
  const parameters: Parameter[] = [];
  const found = new Set<string>();
  for (const { name, shape } of llamaParameters(config)) {
    const target = targets.find((module) => name.endsWith(`.${module}.weight`));
    if (target === undefined || shape.length !== 2) continue;
    if (layers !== undefined && !layers.includes(layerOf(name))) continue;
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

/**
 * `loraParameters` of a graph that starts at `firstLayer`. Throws `bad-input` where a layer below it is adapted, or where
 * no layer is left.
 */
export function trainedLoraParameters(
  config: LlamaConfig,
  lora: LoraConfig,
  firstLayer: number,
): Parameter[] {
  if (!Number.isInteger(firstLayer) || firstLayer < 0 || firstLayer >= config.layers)
    throw new AppError('bad-input', `LoRA: the model has no layer ${firstLayer} to start at.`, {
      firstLayer,
    });
  const parameters = loraParameters(config, lora);
  const below = parameters.find(({ name }) => layerOf(name) < firstLayer);
  if (below !== undefined)
    throw new AppError(
      'bad-input',
      `LoRA: ${below.name} lies below layer ${firstLayer}, the first that runs.`,
    );
  return parameters;
}

/** The weights that a graph reads and LoRA leaves alone: those of the layers from `firstLayer` on, norm and embedding. */
export function frozenParameters(config: LlamaConfig, firstLayer = 0): Parameter[] {
  return llamaParameters(config).filter(({ name }) => {
    const layer = layerOf(name);
    return layer < 0 || layer >= firstLayer;
  });
}

/** The weights below `firstLayer`, the embedding among them: what `llamaLowerStatesGraph` reads. */
export function lowerParameters(config: LlamaConfig, firstLayer: number): Parameter[] {
  return llamaParameters(config).filter(
    ({ name }) => layerOf(name) < firstLayer && name !== 'model.norm.weight',
  );
}

/** The layer that a tensor belongs to; −1 for the embedding and the last norm. */
export function layerOf(name: string): number {
  return Number(/^model\.layers\.(\d+)\./.exec(name)?.[1] ?? -1);
}
