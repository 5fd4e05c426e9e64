import { DataType, type OnnxModel } from '../../src/onnx/index.ts';

/** Makes an inner tensor of this element type an output of the model, in place. */
export function addOutput({ graph }: OnnxModel, name: string, elementType: number = DataType.float32): void {
  if (!graph.nodes.some(({ outputs }) => outputs.includes(name))) throw new Error(`No node yields ${name}`);
  graph.outputs.push(graph.valueInfos.find((value) => value.name === name) ?? { name, elementType });
}
