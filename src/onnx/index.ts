/*
 * Room onnx: ONNX graphs as values. Pure: graphs and plain numbers in, bytes out; it never runs a graph.
 * It owns the ONNX file format (read, write), surgery on decoders that others exported (hidden states,
 * scoring over trees, weights left where they are), reverse-mode differentiation that emits forward,
 * backward, clipping and AdamW as one graph of standard operators (opset 20), and the Llama graphs made with it.
 * Promises: all shapes are static and in elements; parameters live in one flat vector `theta` in the order of
 * `llamaParameters`; malformed files are refused with an AppError before anything large is allocated.
 */
export * from './llamaConfig.ts';
export * from './model.ts';
export { readModel } from './modelReader.ts';
export { writeModel } from './modelWriter.ts';
export * from './activation.ts';
export { adamWStep, type AdamW } from './adamw.ts';
export { add, multiply, reduceSum, reshape, scale, transpose } from './arithmetic.ts';
export {
  causalAttention,
  causalMask,
  mergeHeads,
  rope,
  rotaryTables,
  splitHeads,
  type AttentionShape,
  type RotaryTables,
} from './attention.ts';
export { crossEntropy, negativeLogLikelihood } from './crossEntropy.ts';
export { embedding, embeddingBag } from './embedding.ts';
export { Graph, type FloatType, type GradientRule, type Tensor } from './graph.ts';
export { dropoutNames, llamaHiddenStates, llamaLogits, type LlamaPass } from './llamaForward.ts';
export * from './llamaTraining.ts';
export { compiled, type CompiledGraph, type GraphTensor } from './compiledGraph.ts';
export { trainingStep, type StepOptions } from './trainingStep.ts';
export * from './lora.ts';
export { linear, loraLinear, matmul, type LoraTensors, type Transposed } from './matmul.ts';
export { layerNorm, rmsNorm } from './normalization.ts';
export * from './twoStage.ts';
export {
  packedGradient,
  packedParameters,
  parameterTensor,
  type PackedParameters,
} from './packedParameters.ts';
export {
  quantizeMatrix,
  dequantizeMatrix,
  type QuantizationFormat,
  type QuantizedMatrix,
} from './quantization.ts';
export { exportDecoder, type DecoderFormat } from './decoder.ts';
export { configJson, readConfigJson, type SpecialTokens } from './decoderConfig.ts';
export { decoderParameters } from './decoderParameters.ts';
export { fromFloat16, toFloat16 } from './float16.ts';
export { scoringDecoder, type ScoringDecoder, type ScoringFormat } from './scoringDecoder.ts';
export { exportedDecoder, type ExportedDecoder, type ExportOptions } from './exported/exportedDecoder.ts';
export { type ExportFiles, type ExternalFile } from './exported/externalWeights.ts';
export { outputEmbedding } from './exported/outputEmbedding.ts';
export type { ExportDevice } from './exported/operators.ts';
export { hiddenStatesDecoder, type HiddenStatesDecoder } from './exported/hiddenStates.ts';
export { weightCosts, type WeightCosts } from './weightCosts.ts';
export { bareCopy, bareProduct, copiedBytes, type ProductShape } from './bareOperations.ts';
export { knownAnswers, type KnownAnswer, type KnownInput } from './probeModel.ts';
