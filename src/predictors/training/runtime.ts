import type * as OnnxRuntime from 'onnxruntime-web';

/** What training needs of an onnxruntime build; onnxruntime-node has the same. */
export interface TrainingRuntime {
  readonly ort: Pick<typeof OnnxRuntime, 'InferenceSession' | 'Tensor'>;
  /** Execution providers and threads of every session. */
  readonly sessionOptions: OnnxRuntime.InferenceSession.SessionOptions;
  /** Whether parameters stay on the GPU between steps. */
  readonly isOnGpu?: boolean;
}

export type OrtSession = OnnxRuntime.InferenceSession;
export type OrtTensor = OnnxRuntime.Tensor;

/** A tensor in plain memory, on its way into a graph. */
export type Feed =
  | { readonly type: 'float32'; readonly data: Float32Array; readonly shape: readonly number[] }
  | { readonly type: 'int64'; readonly data: BigInt64Array; readonly shape: readonly number[] };

export function float32(data: Float32Array, shape: readonly number[] = [data.length]): Feed {
  return { type: 'float32', data, shape };
}

/** int64 from whole numbers that fit a double. */
export function int64(data: ArrayLike<number>, shape: readonly number[] = [data.length]): Feed {
  return {
    type: 'int64',
    data: BigInt64Array.from(data as ArrayLike<number> & Iterable<number>, BigInt),
    shape,
  };
}

/** The feed as a tensor of this runtime. */
export function ortTensor({ ort }: TrainingRuntime, feed: Feed): OrtTensor {
  return feed.type === 'float32'
    ? new ort.Tensor('float32', feed.data, feed.shape)
    : new ort.Tensor('int64', feed.data, feed.shape);
}
