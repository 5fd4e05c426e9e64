import { AutoModelForCausalLM, env, Tensor } from '@huggingface/transformers';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';

/**
 * The usual way with transformers.js: for each title, the whole text through the model and the log softmax of
 * its tokens' logits. Returns a function that gives a title's log probability.
 */
export async function oneByOne(
  folder: string,
  file: string,
  device: 'wasm' | 'webgpu',
  sessionOptions: object,
) {
  const dtype = file.endsWith('_q4.onnx') ? ('q4' as const) : ('q8' as const);
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.useBrowserCache = false;
  env.localModelPath = '/models/';
  if (env.backends.onnx.wasm) {
    env.backends.onnx.wasm.wasmPaths = { wasm };
    env.backends.onnx.wasm.numThreads = device === 'wasm' ? Math.min(4, navigator.hardwareConcurrency) : 1;
  }
  const options = { device, dtype, session_options: sessionOptions };
  const model = await AutoModelForCausalLM.from_pretrained(folder, options);
  return async (prompt: readonly number[], title: readonly number[]): Promise<number> => {
    const tokens = [...prompt, ...title.slice(0, -1)];
    const int64 = (values: readonly number[]) =>
      new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
    const inputs = { input_ids: int64(tokens), attention_mask: int64(tokens.map(() => 1)) };
    const { logits } = (await model(inputs)) as Record<string, Tensor>;
    const vocabSize = logits.dims[2];
    const values = logits.data as Float32Array;
    return title.reduce((sum, token, index) => {
      const row = prompt.length - 1 + index;
      const own = values.subarray(row * vocabSize, (row + 1) * vocabSize);
      const highest = own.reduce((most, value) => Math.max(most, value), -Infinity);
      const partition = own.reduce((total, value) => total + Math.exp(value - highest), 0);
      return sum + own[token] - highest - Math.log(partition);
    }, 0);
  };
}
