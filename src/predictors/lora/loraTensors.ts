import {
  elementCount,
  loraParameters,
  namedTensors,
  parameterCount,
  type LlamaConfig,
  type LoraConfig,
} from '../../onnx/index.ts';
import { SeededRandom } from '../../platform/index.ts';

/**
 * Where LoRA starts, in the order of `loraParameters`: A uniform within ± 1 / √in, which is what PEFT's default (Kaiming
 * with a = √5) comes to, and B zero, so that the first step predicts as the base model does.
 */
export function initialLora(config: LlamaConfig, lora: LoraConfig, seed: number): Float32Array {
  const random = new SeededRandom(seed).split('parameters');
  const parameters = loraParameters(config, lora);
  const theta = new Float32Array(parameterCount(parameters));
  for (const [name, values] of namedTensors(parameters, theta)) {
    if (!name.endsWith('.lora_A.weight')) continue;
    const bound = 1 / Math.sqrt(values.length / lora.rank);
    for (let i = 0; i < values.length; i++) values[i] = (2 * random.uniform() - 1) * bound;
  }
  return theta;
}

/**
 * The weights with the low-rank updates added: W + (alpha / rank) B A, summed in float64 and rounded once. All other
 * tensors are those of `tensors`, not copies.
 */
export function mergeLora(
  config: LlamaConfig,
  tensors: ReadonlyMap<string, Float32Array>,
  lora: LoraConfig,
  theta: Float32Array,
): Map<string, Float32Array> {
  const merged = new Map(tensors);
  const parameters = loraParameters(config, lora);
  const updates = namedTensors(parameters, theta);
  const scale = lora.alpha / lora.rank;
  for (const { name, shape } of parameters) {
    if (!name.endsWith('.lora_A.weight')) continue;
    const module = name.slice(0, -'.lora_A.weight'.length);
    const a = updates.get(name) ?? new Float32Array(elementCount(shape));
    const b = updates.get(`${module}.lora_B.weight`) ?? new Float32Array();
    const weight = tensors.get(`${module}.weight`) ?? new Float32Array();
    merged.set(`${module}.weight`, updated(weight, a, b, lora.rank, scale));
  }
  return merged;
}

/** `weight [out, in]` + scale · `b [out, rank]` `a [rank, in]`. */
function updated(
  weight: Float32Array,
  a: Float32Array,
  b: Float32Array,
  rank: number,
  scale: number,
): Float32Array {
  const inSize = a.length / rank;
  const row = new Float64Array(inSize);
  const result = new Float32Array(weight.length);
  for (let out = 0; out < b.length / rank; out++) {
    row.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = b[out * rank + r] * scale;
      for (let i = 0; i < inSize; i++) row[i] += factor * a[r * inSize + i];
    }
    for (let i = 0; i < inSize; i++) result[out * inSize + i] = weight[out * inSize + i] + row[i];
  }
  return result;
}
