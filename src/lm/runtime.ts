import type * as OnnxRuntime from 'onnxruntime-web';

/** What the room needs of an onnxruntime build; onnxruntime-node has the same. */
export type Ort = Pick<typeof OnnxRuntime, 'InferenceSession' | 'Tensor'>;
export type OrtSession = OnnxRuntime.InferenceSession;
export type OrtTensor = OnnxRuntime.Tensor;

/** An onnxruntime build, ready to make sessions on one device. */
export interface Runtime {
  readonly ort: Ort;
  /** Execution providers, and whatever else every session of this runtime needs. */
  readonly sessionOptions: OnnxRuntime.InferenceSession.SessionOptions;
  /** Present on WebGPU. Losing it ends every session on it. */
  readonly gpuDevice?: GPUDevice;
  /** Execution threads; 1 on WebGPU. */
  readonly threads: number;
}
