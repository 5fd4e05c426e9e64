import { elementCount } from './llamaConfig.ts';
import { reshaped, type Graph, type Tensor } from './graph.ts';
import { constantTensor, DataType, int, text, type OnnxAttribute } from './model.ts';

/** Rows of `table [rows, width]` by int64 `ids […]`: `[…, width]`. Its gradient adds up rows that recur. */
export function embedding(graph: Graph, table: Tensor, ids: Tensor): Tensor {
  const width = table.shape[1];
  const output = graph.emit('Gather', [table, ids], [...ids.shape, width], { axis: int(0) });
  return graph.record(output, [
    {
      input: table,
      gradient: (dy) => {
        const count = elementCount(ids.shape);
        const zeros = graph.emit(
          'ConstantOfShape',
          [graph.integers(table.shape)],
          table.shape,
          zeroValue(graph),
        );
        const rows = reshaped(graph, ids, [count, 1]);
        const updates = reshaped(graph, dy, [count, width]);
        return graph.emit('ScatterND', [zeros, rows, updates], table.shape, { reduction: text('add') });
      },
    },
  ]);
}

/** `ConstantOfShape` yields float32 zeros unless it is given a value of another type. */
function zeroValue(graph: Graph): Record<string, OnnxAttribute> {
  if (graph.floatType === DataType.float32) return {};
  return {
    value: { kind: 'tensor', value: constantTensor('zero', graph.floatType, [1], new Float64Array(1)) },
  };
}
