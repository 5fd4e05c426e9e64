/*
 * Room onnx: ONNX graphs as values. Pure: graphs and plain numbers in, bytes out; it never runs a graph.
 * It owns the ONNX file format (read, write, add an output), reverse-mode differentiation that emits forward,
 * backward, clipping and AdamW as one graph of standard operators (opset 20), and the Llama graphs made with it.
 * Promises: all shapes are static and in elements; parameters live in one flat vector `theta` in the order of
 * `llamaParameters`; malformed files are refused with an AppError before anything large is allocated.
 */
export * from './llamaConfig.ts';
export * from './model.ts';
export { readModel } from './modelReader.ts';
export { writeModel } from './modelWriter.ts';
export { addOutput } from './surgery.ts';
