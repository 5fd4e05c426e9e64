import { elementCount } from './llamaConfig.ts';
import { reduce, reshaped, type Graph, type Tensor } from './graph.ts';
import { constantTensor, DataType, int, text, type OnnxAttribute } from './model.ts';

/** Rows of `table [rows, width]` by int64 `ids […]`: `[…, width]`. Its gradient adds up rows that recur. */
export function embedding(graph: Graph, table: Tensor, ids: Tensor): Tensor {
  const width = table.shape[1];
  const output = graph.emit('Gather', [table, ids], [...ids.shape, width], { axis: int(0) });
  return graph.record(output, [
    {
      input: table,
      gradient: (dy) => addedRows(graph, table, ids, dy),
    },
  ]);
}

/**
 * Sums of `fields` rows of `table [rows, width]` by int64 `ids [n, fields]`: `[n, width]`. The sum of the embeddings of a
 * step's covariates, as one table.
 */
export function embeddingBag(graph: Graph, table: Tensor, ids: Tensor): Tensor {
  const [count, fields] = ids.shape as [number, number];
  const width = table.shape[1];
  const rows = graph.emit('Gather', [table, ids], [count, fields, width], { axis: int(0) });
  const sum = reshaped(graph, reduce(graph, 'ReduceSum', rows, [1]), [count, width]);
  return graph.record(sum, [
    {
      input: table,
      gradient: (dy) => {
        const shape = [count, fields, width];
        const each = graph.emit(
          'Expand',
          [reshaped(graph, dy, [count, 1, width]), graph.integers(shape)],
          shape,
        );
        return addedRows(graph, table, ids, each);
      },
    },
  ]);
}

/** A tensor of the table's shape, 0 but for the given rows; rows that recur add up. */
function addedRows(graph: Graph, table: Tensor, ids: Tensor, rows: Tensor): Tensor {
  const count = elementCount(ids.shape);
  const zeros = graph.emit('ConstantOfShape', [graph.integers(table.shape)], table.shape, zeroValue(graph));
  const indices = reshaped(graph, ids, [count, 1]);
  const updates = reshaped(graph, rows, [count, table.shape[1]]);
  return graph.emit('ScatterND', [zeros, indices, updates], table.shape, { reduction: text('add') });
}

/** `ConstantOfShape` yields float32 zeros unless it is given a value of another type. */
function zeroValue(graph: Graph): Record<string, OnnxAttribute> {
  if (graph.floatType === DataType.float32) return {};
  return {
    value: { kind: 'tensor', value: constantTensor('zero', graph.floatType, [1], new Float64Array(1)) },
  };
}
