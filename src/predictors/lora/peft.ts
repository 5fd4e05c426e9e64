import {
  flatTensors,
  layerOf,
  loraParameters,
  namedTensors,
  type LlamaConfig,
  type LoraConfig,
} from '../../onnx/index.ts';
import type { BaseModel } from './baseModel.ts';
import { exportAdapter, misfit, tensorProblems, type AdapterFiles } from '../files/adapterFile.ts';
import type { AdapterAbout } from '../files/card.ts';
import { peftConfigJson, readPeftConfig } from './peftConfig.ts';
import type { FloatTensor } from '../files/safetensors.ts';
import { readSafetensors } from '../files/safetensorsReader.ts';

export interface PeftFiles {
  readonly weights: Uint8Array<ArrayBuffer>;
  readonly config: string;
}

/** LoRA that was read: its shape, and its numbers in the order of `loraParameters`. */
export interface ImportedLora {
  readonly lora: LoraConfig;
  readonly theta: Float32Array;
  /** What the file says it was trained on, if it says it. */
  readonly baseModel: string | null;
}

/** PEFT wraps the model twice, and its names tell. */
const prefix = 'base_model.model.';

/** The three files of a trained LoRA; the folder that holds them loads in Python. */
export async function exportLora(
  base: BaseModel,
  lora: LoraConfig,
  theta: Float32Array,
  about: AdapterAbout,
): Promise<AdapterFiles & PeftFiles> {
  const parameters = loraParameters(base.config, lora);
  const values = namedTensors(parameters, theta);
  const tensors = new Map(
    parameters.map(({ name, shape }) => [
      `${prefix}${name}`,
      { shape, values: values.get(name) ?? new Float32Array() },
    ]),
  );
  return { ...(await exportAdapter({ about, tensors })), config: peftConfigJson(lora, base.name) };
}

/**
 * Reads LoRA for a Llama of this config, as PEFT or `exportLora` writes it: names with or without PEFT's prefix, and with or
 * without the name of an adapter (`lora_A.default.weight`). Which modules and layers it adapts is told by its tensors.
 * Throws `bad-input` that says what is damaged or does not fit.
 */
export function importLora(files: PeftFiles, config: LlamaConfig): ImportedLora {
  const { rank, alpha, baseModel } = readPeftConfig(files.config);
  const tensors = plainNames(readSafetensors(files.weights).tensors);
  const lora = adaptedModules(tensors, config, { rank, alpha });
  const parameters = loraParameters(config, lora);
  const problems = tensorProblems(tensors, parameters);
  if (problems.length > 0) throw misfit(problems);
  const values = new Map([...tensors].map(([name, tensor]) => [name, tensor.values]));
  return { lora, theta: flatTensors(parameters, values), baseModel };
}

/** The tensors under our names. */
function plainNames(tensors: ReadonlyMap<string, FloatTensor>): Map<string, FloatTensor> {
  const adapters = new Set<string>();
  const plain = new Map<string, FloatTensor>();
  for (const [name, tensor] of tensors) {
    const parts = /^(?:base_model\.model\.)?(.+\.lora_[AB])(?:\.([^.]+))?\.weight$/.exec(name);
    if (parts === null) throw misfit([`Tensor ${name} is not known here.`]);
    const [, module, adapter = ''] = parts;
    adapters.add(adapter);
    plain.set(`${module}.weight`, tensor);
  }
  if (adapters.size > 1) throw misfit([`It holds several adapters: ${[...adapters].join(', ')}.`]);
  return plain;
}

/** The modules and layers that the tensors belong to. */
function adaptedModules(
  tensors: ReadonlyMap<string, FloatTensor>,
  config: LlamaConfig,
  scale: Pick<LoraConfig, 'rank' | 'alpha'>,
): LoraConfig {
  const names = [...tensors.keys()];
  const targets = [...new Set(names.map((name) => name.split('.').at(-3) ?? ''))];
  const layers = [...new Set(names.map(layerOf))].sort((a, b) => a - b);
  const foreign = names.filter((name) => layerOf(name) < 0 || layerOf(name) >= config.layers);
  if (foreign.length > 0) throw misfit([`The model here has no ${foreign[0]}.`]);
  return { ...scale, targets, ...(layers.length < config.layers && { layers }) };
}
