import {
  decoderParameters,
  readConfigJson,
  type LlamaConfig,
  type OnnxModel,
  type Parameter,
} from '../../onnx/index.ts';
import { AppError } from '../../platform/index.ts';
import { float32, ortTensor, type Feed, type OrtTensor, type TrainingRuntime } from '../training/runtime.ts';

/** A language model that stays as it is while something is learned on top of it. */
export interface BaseModel {
  readonly name: string;
  readonly revision: string;
  readonly config: LlamaConfig;
  /** In float32 under Hugging Face's names, linear weights `[out, in]`. */
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

/**
 * The model of a folder that `exportDecoder` filled, from its ONNX file and its parsed `config.json`. Quantized weights
 * become what they stand for, so that what is learned on them fits them. Throws `bad-input` for other models, and where the
 * two files contradict each other.
 */
export function readBaseModel(
  about: { readonly name: string; readonly revision: string },
  onnx: OnnxModel,
  configJson: unknown,
): BaseModel {
  const config = readConfigJson(configJson);
  const tensors = decoderParameters(onnx);
  const { hiddenSize, vocabSize, layers, intermediateSize } = config;
  const sizes = [
    ['model.embed_tokens.weight', vocabSize * hiddenSize],
    [`model.layers.${layers - 1}.mlp.up_proj.weight`, intermediateSize * hiddenSize],
    [`model.layers.${layers}.mlp.up_proj.weight`, undefined],
  ] as const;
  for (const [name, size] of sizes)
    if (tensors.get(name)?.length !== size)
      throw new AppError(
        'bad-input',
        `The model's weights do not have the sizes of its config.json: ${name}.`,
      );
  return { ...about, config, tensors };
}

/** Weights as graph inputs. Throws `bad-input` where the model has none of that name. */
export function weightFeeds({ tensors }: BaseModel, parameters: readonly Parameter[]): Map<string, Feed> {
  return new Map(
    parameters.map(({ name, shape }) => {
      const values = tensors.get(name);
      if (values === undefined) throw new AppError('bad-input', `The base model has no tensor ${name}.`);
      return [name, float32(values, shape)];
    }),
  );
}

/** Makes tensors for the time of `work`, so that many runs share them. */
export async function withTensors<Result>(
  runtime: TrainingRuntime,
  feeds: ReadonlyMap<string, Feed>,
  work: (tensors: Record<string, OrtTensor>) => Promise<Result>,
): Promise<Result> {
  const tensors = Object.fromEntries([...feeds].map(([name, feed]) => [name, ortTensor(runtime, feed)]));
  try {
    return await work(tensors);
  } finally {
    for (const tensor of Object.values(tensors)) tensor.dispose();
  }
}
