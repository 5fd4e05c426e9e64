import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  constantTensor,
  DataType,
  emptyModel,
  float,
  importOpset,
  int,
  ints,
  llamaTrainingGraph,
  node,
  readModel,
  text,
  writeModel,
  type OnnxModel,
} from '../../src/onnx/index.ts';
import { ProtobufWriter } from '../../src/onnx/protobuf.ts';
import { AppError, SeededRandom } from '../../src/platform/index.ts';
import { optimizer, smallLlama } from './llamaFixture.ts';

/** d = −(a + [1, 2]), with a part of everything that a model may hold. */
function sampleModel(): OnnxModel {
  const model = emptyModel('sample');
  const { graph } = model;
  graph.inputs.push({ name: 'a', elementType: DataType.float32, shape: ['batch', 2] });
  graph.initializers.push(constantTensor('c', DataType.float32, [2], Float32Array.of(1, 2)));
  graph.nodes.push(node('Add', ['a', 'c'], ['b']), node('Neg', ['b'], ['d']));
  graph.outputs.push({ name: 'd', elementType: DataType.float32, shape: [null, 2] });
  return model;
}

function everything(): OnnxModel {
  const model = sampleModel();
  importOpset(model, 'com.microsoft');
  const branch = sampleModel().graph;
  model.graph.nodes.push({
    ...node('Odd', ['', 'a'], ['e', 'f'], {}, 'com.microsoft'),
    attributes: {
      count: int(-3),
      limit: int(-(2n ** 63n)),
      ratio: float(0.25),
      mode: text('Größe'),
      axes: ints([0, -1, 2n ** 62n]),
      none: ints([]),
      scales: { kind: 'floats', value: [1, -0.5] },
      value: { kind: 'tensor', value: constantTensor('v', DataType.int64, [1], BigInt64Array.of(-7n)) },
      then_branch: { kind: 'graph', value: branch },
    },
  });
  model.graph.valueInfos.push({ name: 'b', elementType: DataType.float16 });
  model.graph.initializers.push({
    name: 'w',
    dataType: DataType.float32,
    dims: [1024, 1024],
    data: new Uint8Array(),
    external: { location: 'model.onnx_data', offset: 4096, length: 4 * 1024 * 1024 },
  });
  // metadata_props, which is not modelled
  return { ...model, extra: new ProtobufWriter().message(14, new ProtobufWriter().text(1, 'k')).finish() };
}

const caught = (bytes: Uint8Array): unknown => {
  try {
    return readModel(bytes);
  } catch (error) {
    return error;
  }
};

const isBadInput = (error: unknown): boolean => error instanceof AppError && error.code === 'bad-input';

describe('reading what was written', () => {
  it('gives the same model, whatever it holds', () => {
    const model = everything();
    const read = readModel(writeModel(model));
    expect(read).toEqual(model);
    expect(writeModel(read)).toEqual(writeModel(model));
  });

  it('gives the same bytes for a training graph', () => {
    const { bytes } = llamaTrainingGraph(smallLlama, { batchSize: 1, sequenceLength: 4, optimizer });
    expect(writeModel(readModel(bytes))).toEqual(bytes);
  });

  it('gives the same bytes for random models', () => {
    const shape = fc.array(fc.oneof(fc.nat(), fc.string({ minLength: 1 }), fc.constant(null)), {
      maxLength: 4,
    });
    const value = fc.record({ name: fc.string(), elementType: fc.integer({ min: 1, max: 23 }), shape });
    const attribute = fc.oneof(
      fc.maxSafeInteger().map(int),
      fc.float({ noNaN: true }).map(float),
      fc.string({ unit: 'grapheme' }).map(text),
      fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })).map(ints),
    );
    const nodes = fc
      .record({
        opType: fc.string(),
        inputs: fc.array(fc.string()),
        outputs: fc.array(fc.string()),
        attributes: fc.dictionary(fc.string({ minLength: 1 }), attribute, { noNullPrototype: true }),
      })
      .map(({ opType, inputs, outputs, attributes }) => node(opType, inputs, outputs, attributes));
    fc.assert(
      fc.property(fc.array(nodes), fc.array(value), (someNodes, values) => {
        const model = emptyModel('random');
        model.graph.nodes.push(...someNodes);
        model.graph.inputs.push(...values);
        const bytes = writeModel(model);
        expect(writeModel(readModel(bytes))).toEqual(bytes);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('turns typed tensor fields into little-endian bytes', () => {
    const tensor = new ProtobufWriter().int(1, 3).int(2, DataType.float16).text(8, 'half');
    for (const bits of [0x3c00, 0x4000, 0xbc00]) tensor.int(5, bits);
    const doubles = new ProtobufWriter().int(1, 1).int(2, DataType.int64).text(8, 'long').int(7, -2);
    const graph = new ProtobufWriter().message(5, tensor).message(5, doubles);
    const [half, long] = readModel(new ProtobufWriter().message(7, graph).finish()).graph.initializers;
    expect([...half.data]).toEqual([0x00, 0x3c, 0x00, 0x40, 0x00, 0xbc]);
    expect([...long.data]).toEqual([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
  });
});

describe('malformed files', () => {
  const bytes = writeModel(everything());

  it('are refused wherever they are cut off', () => {
    // The graph is one field near the start: a cut inside it is a length that points beyond the end.
    const graphEnd = bytes.length - 40;
    for (let end = 0; end < graphEnd; end++) expect(isBadInput(caught(bytes.subarray(0, end)))).toBe(true);
  });

  it('are refused or read, never a crash, after random damage', () => {
    const random = new SeededRandom('damage');
    let refused = 0;
    for (let trial = 0; trial < 5000; trial++) {
      const damaged = bytes.slice();
      for (let hit = random.integer(4); hit >= 0; hit--)
        damaged[random.integer(damaged.length)] = random.integer(256);
      const result = caught(damaged);
      if (result instanceof Error) {
        expect(isBadInput(result), String(result)).toBe(true);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(500);
  });

  it('are refused when they promise more bytes than there are', () => {
    // Field 7 (graph), length 2^60.
    const huge = new ProtobufWriter()
      .raw(Uint8Array.of(0x3a, 128, 128, 128, 128, 128, 128, 128, 128, 16))
      .finish();
    expect(isBadInput(caught(huge))).toBe(true);
  });

  it('are refused when a tensor is larger than its data', () => {
    const tensor = new ProtobufWriter()
      .int(1, 2 ** 40)
      .int(1, 2 ** 20)
      .int(2, DataType.float32);
    const graph = new ProtobufWriter().message(5, tensor.bytes(9, new Uint8Array(16)));
    expect(isBadInput(caught(new ProtobufWriter().message(7, graph).finish()))).toBe(true);
  });

  it('are refused when graphs are nested without end', () => {
    let graph = new ProtobufWriter();
    for (let depth = 0; depth < 5000; depth++) {
      const attribute = new ProtobufWriter().text(1, 'body').message(6, graph).int(20, 5);
      graph = new ProtobufWriter().bytes(1, new ProtobufWriter().bytes(5, attribute.finish()).finish());
      graph = new ProtobufWriter().raw(graph.finish());
    }
    expect(isBadInput(caught(new ProtobufWriter().message(7, graph).finish()))).toBe(true);
  });
});
