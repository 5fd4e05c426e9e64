/** Runs the language model where the app does: in a dedicated worker, on the browser's own onnxruntime. */
import { expose } from 'comlink';
import {
  chooseVariant,
  DecoderSession,
  scoreTitles,
  titleTrie,
  tryDevice,
  webCandidates,
  type DeviceAttempt,
  type Runtime,
  type WeightVariant,
} from '../../src/lm/index.ts';
import { findGpuAdapter, openGpu } from '../../src/lm/gpuDevice.ts';
import { wasmRuntime, webgpuRuntime } from '../../src/lm/webRuntime.ts';
import {
  exportDecoder,
  exportedDecoder,
  knownAnswers,
  readModel,
  scoringDecoder,
  type DecoderFormat,
  type LlamaConfig,
  type ScoringFormat,
} from '../../src/onnx/index.ts';
import { tinyShape, type ShapeName } from '../../models/shapes/shapes.ts';
import { PlainDecoder } from '../fixtures/plainDecoder.ts';
import { randomParameters } from '../fixtures/randomLlama.ts';
import { configOf, tinyExport } from '../fixtures/shapeExport.ts';
import { UntouchedDecoder } from '../fixtures/untouchedDecoder.ts';

type Shape = LlamaConfig;
type Device = 'webgpu' | 'wasm';

/** Software shaders compile for a long time where other work shares the cores. */
const patienceMs = 200_000;

async function runtime(device: Device): Promise<Runtime> {
  if (device === 'wasm') return wasmRuntime();
  const adapter = await findGpuAdapter();
  if (typeof adapter === 'string') throw new Error(adapter);
  return webgpuRuntime((await openGpu(adapter, { subgroups: false })).device);
}

const stored: DecoderFormat = { bits: 8, blockSize: 32, activations: 'float32' };
const graph = (shape: Shape, format: ScoringFormat) =>
  scoringDecoder(readModel(exportDecoder(shape, randomParameters(shape, 21), stored)), format);

const scenarios = {
  async hasF16(): Promise<boolean> {
    const adapter = await findGpuAdapter();
    return typeof adapter !== 'string' && adapter.features.has('shader-f16');
  },

  /** Title by title with the exported decoder on WASM, the usual way. */
  async plain(shape: Shape, prompt: number[], titles: number[][], format = stored): Promise<number[]> {
    const bytes = exportDecoder(shape, randomParameters(shape, 21), format);
    const decoder = await PlainDecoder.create(await runtime('wasm'), shape, bytes);
    const logProbs: number[] = [];
    for (const title of titles) logProbs.push(await decoder.continuationLogProb(prompt, title));
    return logProbs;
  },

  /** Scores all titles after each prompt in turn with one session. */
  async score(device: Device, shape: Shape, format: ScoringFormat, prompts: number[][], titles: number[][]) {
    const session = await DecoderSession.create(await runtime(device), graph(shape, format));
    const trie = titleTrie(titles);
    const answers = [];
    for (const prompt of prompts) {
      const { logProbs, reusedTokens, passes } = await scoreTitles(session, prompt, trie);
      answers.push({ logProbs: [...logProbs], reusedTokens, passes });
    }
    return answers;
  },

  /** Tries one device; onnxruntime keeps the first GPU device of a worker, so each needs a worker of its own. */
  async probe(
    preference: 'auto' | 'webgpu' | 'wasm',
    index: number,
  ): Promise<DeviceAttempt & { name: string }> {
    const candidate = webCandidates(preference)[index];
    const tried = await tryDevice(candidate, knownAnswers(), [], { patienceMs });
    return 'runtime' in tried ? { ...tried.attempts[0], name: tried.name } : { ...tried[0], name: '' };
  },

  /** The whole way of the app: device, then weights, then titles. */
  async fromScratch(shape: Shape, prompt: number[], titles: number[][]) {
    const tried = await tryDevice(webCandidates('wasm')[0], knownAnswers(), [], { patienceMs });
    if (!('runtime' in tried)) throw new Error(tried[0].reason);
    const variants: WeightVariant[] = [
      {
        id: 'fp32',
        tolerance: 1e-3,
        graph: () => graph(shape, { weights: 'dense', activations: 'float32' }),
      },
      {
        id: 'q8',
        tolerance: 1e-3,
        graph: () => graph(shape, { weights: 'quantized', activations: 'float32' }),
      },
    ];
    const { id, timings, session } = await chooseVariant(tried.runtime, variants);
    const { logProbs } = await scoreTitles(session, prompt, titleTrie(titles));
    return { id, timings, logProbs: [...logProbs] };
  },

  /** Titles by an export of the hub after surgery, its weights beside the graph, and by the export itself on WASM. */
  async exported(device: Device, name: ShapeName, prompt: number[], titles: number[][]) {
    const files = tinyExport(name, 'q4');
    const exported = exportedDecoder(files, { config: configOf(tinyShape(name)), device });
    const session = await DecoderSession.create(await runtime(device), exported);
    const { logProbs } = await scoreTitles(session, prompt, titleTrie(titles));
    const untouched = await UntouchedDecoder.create(await runtime('wasm'), tinyShape(name), 'q4', files);
    const plain: number[] = [];
    for (const title of titles) plain.push(await untouched.continuationLogProb(prompt, title));
    return { logProbs: [...logProbs], plain, external: exported.externalData.map(({ path }) => path) };
  },

  /** Destroys the GPU device between two calls and tells how the second ended. */
  async loseDevice(shape: Shape, prompt: number[], titles: number[][]): Promise<string> {
    const gpu = await runtime('webgpu');
    const session = await DecoderSession.create(
      gpu,
      graph(shape, { weights: 'dense', activations: 'float32' }),
    );
    const trie = titleTrie(titles);
    await scoreTitles(session, prompt, trie);
    gpu.gpuDevice?.destroy();
    return scoreTitles(session, [...prompt, 1], trie).then(
      () => 'answered',
      (error: unknown) => (error as { code?: string }).code ?? String(error),
    );
  },

  /** Destroys the GPU device, or takes all room for buffers from it, while a call is at work; how the call ended. */
  async failDuring(fault: 'destroyed' | 'full', shape: Shape, prompt: number[], titles: number[][]) {
    const gpu = await runtime('webgpu');
    const session = await DecoderSession.create(
      gpu,
      graph(shape, { weights: 'dense', activations: 'float32' }),
    );
    const scoring = scoreTitles(session, prompt, titleTrie(titles)).then(
      () => 'answered',
      (error: unknown) => (error as { code?: string }).code ?? String(error),
    );
    if (fault === 'destroyed') gpu.gpuDevice?.destroy();
    else {
      // Without room, browsers give a buffer that is not valid.
      const create = Object.getOwnPropertyDescriptor(GPUDevice.prototype, 'createBuffer')?.value as (
        this: GPUDevice,
        wanted: GPUBufferDescriptor,
      ) => GPUBuffer;
      GPUDevice.prototype.createBuffer = function (this: GPUDevice, wanted: GPUBufferDescriptor) {
        return create.call(this, { ...wanted, size: 2 ** 52, mappedAtCreation: false });
      };
    }
    return scoring;
  },
};

export type LmScenarios = typeof scenarios;
expose(scenarios);
