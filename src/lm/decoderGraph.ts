/** Sizes of a scoring graph. */
export interface DecoderSizes {
  readonly layers: number;
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  /** Positions run from 0 to `contextLength - 1`. */
  readonly contextLength: number;
  /** Most tokens that one run may take. */
  readonly mostRows: number;
}

/** A scoring graph as bytes. Its inputs and outputs are those of `scoringDecoder` of the onnx room. */
export interface DecoderGraph {
  readonly bytes: Uint8Array;
  readonly format: { readonly activations: 'float32' | 'float16' };
  readonly sizes: DecoderSizes;
  /** Weights that lie outside `bytes`, by the names under which the graph refers to them. */
  readonly externalData?: readonly { readonly path: string; readonly data: Uint8Array }[];
}
