import { AppError } from '../platform/index.ts';
import { DataType, type OnnxModel, type ValueInfo } from './model.ts';

/**
 * Makes an inner tensor an output of the model, in place: `hidden_states` for instance. A type and shape that
 * the model declares for it win over the given ones. Throws `bad-input` where no node yields that tensor.
 */
export function addOutput(
  model: OnnxModel,
  tensorName: string,
  declared: { elementType?: number; shape?: (number | string | null)[] } = {},
): void {
  const { graph } = model;
  if (graph.outputs.some((output) => output.name === tensorName)) return;
  if (!graph.nodes.some((node) => node.outputs.includes(tensorName)))
    throw new AppError('bad-input', `The model has no tensor named ${tensorName}.`, { tensorName });
  const known = graph.valueInfos.find((value) => value.name === tensorName);
  const output: ValueInfo = known ?? {
    name: tensorName,
    elementType: declared.elementType ?? DataType.float32,
    ...(declared.shape === undefined ? {} : { shape: declared.shape }),
  };
  graph.outputs.push(output);
}
