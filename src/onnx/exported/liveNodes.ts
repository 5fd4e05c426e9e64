import { AppError } from '../../platform/index.ts';
import type { OnnxGraph, OnnxNode } from '../model.ts';

/**
 * Reduces a graph, in place, to what its outputs need: nodes in an order in which each comes after what it reads, the
 * constants and the inputs that they use. Shapes that were declared for inner tensors are forgotten, since they may no
 * longer hold. Throws `bad-input` where a tensor comes from nowhere, or from itself.
 */
export function keepLiveNodes(graph: OnnxGraph): void {
  const producers = new Map<string, OnnxNode>();
  for (const node of graph.nodes)
    for (const output of node.outputs) if (output !== '') producers.set(output, node);
  const given = new Set([...graph.inputs, ...graph.initializers].map(({ name }) => name));
  const used = new Set<string>();
  const state = new Map<OnnxNode, 'open' | 'done'>();
  const sorted: OnnxNode[] = [];
  const stack: { node: OnnxNode; inputs: Iterator<string, undefined> }[] = [];
  const visit = (name: string): void => {
    if (name === '') return;
    used.add(name);
    const node = producers.get(name);
    if (node === undefined) {
      if (!given.has(name)) throw broken(`nothing makes ${name}`);
      return;
    }
    if (state.get(node) === 'open') throw broken(`${name} depends on itself`);
    if (state.has(node)) return;
    state.set(node, 'open');
    stack.push({ node, inputs: readTensors(node, producers, given).values() });
  };
  // A stack of our own: a chain of nodes may be longer than JavaScript calls can be deep.
  for (const { name } of graph.outputs) {
    visit(name);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const { value, done } = top.inputs.next();
      if (done !== true) visit(value);
      else {
        state.set(top.node, 'done');
        sorted.push(top.node);
        stack.pop();
      }
    }
  }
  graph.nodes = sorted;
  graph.initializers = graph.initializers.filter(({ name }) => used.has(name));
  graph.inputs = graph.inputs.filter(({ name }) => used.has(name));
  graph.valueInfos = [];
}

/** What a node reads, also deep inside branches and loops that it holds. */
function readTensors(
  node: OnnxNode,
  producers: ReadonlyMap<string, OnnxNode>,
  given: ReadonlySet<string>,
): string[] {
  const inner = Object.values(node.attributes).flatMap((attribute) =>
    attribute.kind === 'graph'
      ? [
          ...attribute.value.nodes.flatMap((child) => readTensors(child, producers, given)),
          ...attribute.value.outputs.map(({ name }) => name),
        ]
      : [],
  );
  return [...node.inputs, ...inner.filter((name) => producers.has(name) || given.has(name))];
}

function broken(problem: string): AppError {
  return new AppError('bad-input', `This is no whole ONNX model: ${problem}.`);
}
