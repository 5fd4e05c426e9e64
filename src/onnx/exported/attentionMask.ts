import { byteLength, DataType, type OnnxNode } from '../model.ts';
import { intAttribute, unsupported, type GraphIndex } from './graphIndex.ts';

/** Where numbers that hide what a token must not see enter an attention. */
export interface AttentionMask {
  /** The `Add`, or the `MultiHeadAttention`, that reads the mask, as its input number `place`. */
  readonly reader: OnnxNode;
  readonly place: number;
  /** What all layers with the same mask have in common: the tensor before it is cut and cast for each. */
  readonly root: string;
  /** Type of the scores that it is added to; undefined: that of the activations. */
  readonly elementType: number | undefined;
  /** Query heads, where the operator says so. */
  readonly heads: number | undefined;
  /** Products of activations that belong to the attention. */
  readonly products: readonly OnnxNode[];
}

/** Operators between scores and their softmax or product that change each number by itself. */
const elementwise = new Set(['Mul', 'Div', 'Cast', 'Tanh', 'Identity']);
/** Operators that fit a mask to one layer. */
const fitting = new Set(['Slice', 'Cast', 'Unsqueeze', 'Expand', 'Identity']);
/** Operators that masks are made with. Anything else may be a bias that matters, such as one for distances. */
const masking = new Set(
  [
    'Add And Cast Concat Constant ConstantOfShape CumSum Equal Expand Gather GatherND Greater GreaterOrEqual',
    'Identity Less LessOrEqual Max Min Mul Neg Not Or Range ReduceMax Reshape ScatterND Shape Slice Split Squeeze',
    'Sub Transpose Trilu Unsqueeze Where Xor',
  ].flatMap((line) => line.split(' ')),
);

/**
 * The mask of an attention: what is added to its scores last and does not follow from keys. Throws `bad-input` where
 * nothing is added, or more than a mask. `isFromCache`: whether a tensor's values follow from cached vectors.
 */
export function findMask(
  node: OnnxNode,
  index: GraphIndex,
  isFromCache: (name: string) => boolean,
): AttentionMask {
  return node.opType === 'Softmax'
    ? maskBeforeSoftmax(node, index, isFromCache)
    : maskOfOperator(node, index);
}

function maskBeforeSoftmax(
  softmax: OnnxNode,
  index: GraphIndex,
  isFromCache: (name: string) => boolean,
): AttentionMask {
  if (![-1, 3].includes(intAttribute(softmax, 'axis', -1)))
    throw unsupported('its attention is written out, with a Softmax that is not over keys', 'Softmax');
  const reader = before(softmax.inputs[0], index, (opType) => opType === 'Cast' || opType === 'Identity');
  const [first = '', second = ''] = reader?.inputs ?? [];
  const place = isFromCache(first) ? 1 : 0;
  const [scores, mask] = place === 1 ? [first, second] : [second, first];
  if (reader?.opType !== 'Add' || !isFromCache(scores) || isFromCache(mask))
    throw unsupported(
      'its attention is written out (Softmax), and no mask is added to its scores',
      'Softmax',
    );
  checkIsMask(mask, index);
  const product = before(scores, index, (opType) => elementwise.has(opType));
  if (product?.opType !== 'MatMul')
    throw unsupported('its attention is written out (Softmax), and its scores are no product', 'Softmax');
  return {
    reader,
    place,
    root: rootOf(mask, index),
    elementType: castType(scores, index),
    heads: undefined,
    products: [product],
  };
}

function maskOfOperator(node: OnnxNode, index: GraphIndex): AttentionMask {
  const { opType, inputs } = node;
  const [query = '', key = '', value = '', , padding = '', mask = '', pastKey = ''] = inputs;
  if ([query, key, value, mask].includes('') || padding !== '' || pastKey !== '')
    throw unsupported(`its ${opType} takes its mask or its cache in another way than as a bias`, opType);
  if (intAttribute(node, 'unidirectional', 0) === 1)
    throw unsupported(`its ${opType} hides later tokens by itself`, opType);
  checkIsMask(mask, index);
  return {
    reader: node,
    place: 5,
    root: rootOf(mask, index),
    elementType: undefined,
    heads: intAttribute(node, 'num_heads', 0),
    products: [],
  };
}

/** Whether a product mixes values by the weights of a softmax, which some exports clean of what is no number. */
export function isMixOfValues({ opType, inputs }: OnnxNode, index: GraphIndex): boolean {
  if (opType !== 'MatMul') return false;
  const weights = before(inputs[0], index, (passed) => ['Cast', 'Identity', 'Where'].includes(passed));
  return weights?.opType === 'Softmax';
}

/**
 * Refuses biases that are more than a mask: those made of weights, of numbers that differ from head to head, or of what
 * is said in the text.
 */
function checkIsMask(mask: string, index: GraphIndex): void {
  const seen = new Set<string>();
  const open = [mask];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === '' || seen.has(name)) continue;
    seen.add(name);
    const node = index.producer(name);
    const constant = index.constant(name);
    if (constant !== undefined) {
      const isFloat = constant.dataType === DataType.float32 || constant.dataType === DataType.float16;
      if (isFloat && (byteLength(constant.dataType, constant.dims) ?? 0) > 4)
        throw unsupported('its attention adds numbers of its own to the scores, not only a mask', 'Add');
    } else if (node === undefined) {
      if (name !== 'attention_mask' && name !== 'position_ids')
        throw unsupported(`what its attention hides depends on ${name}`, name);
    } else if (!masking.has(node.opType))
      throw unsupported(`its attention adds more than a mask to the scores (${node.opType})`, node.opType);
    else if (node.opType !== 'Shape') open.push(...node.inputs);
  }
}

/** The first node, going back from a tensor, that is not passed: along what follows from the input of the graph. */
function before(name: string, index: GraphIndex, passes: (opType: string) => boolean): OnnxNode | undefined {
  let node = index.producer(name);
  while (node !== undefined && passes(node.opType)) node = index.producer(variableInput(node, index));
  return node;
}

/** Of a condition and two values, the value; of a factor and what is scaled, the latter. */
function variableInput({ opType, inputs }: OnnxNode, index: GraphIndex): string {
  const values = opType === 'Where' ? inputs.slice(1) : inputs;
  return values.find((input) => input !== '' && !index.isConstant(input)) ?? '';
}

function castType(scores: string, index: GraphIndex): number | undefined {
  let node = index.producer(scores);
  while (node !== undefined && elementwise.has(node.opType) && node.opType !== 'Cast')
    node = index.producer(variableInput(node, index));
  return node?.opType === 'Cast' ? intAttribute(node, 'to', 0) : undefined;
}

function rootOf(mask: string, index: GraphIndex): string {
  let root = mask;
  for (
    let node = index.producer(root);
    node !== undefined && fitting.has(node.opType);
    node = index.producer(root)
  )
    root = node.inputs[0];
  return root;
}
