import type { DecoderBuilder } from '../decoderBuilder.ts';
import { DataType, int } from '../model.ts';

/** The biases of a scoring graph, each made once: `attention_bias` as it is fed, and narrowed for layers that slide. */
export class AttentionBiases {
  readonly #made = new Map<string, string>();

  constructor(private readonly g: DecoderBuilder) {}

  /** The bias of layers that see the last `window` positions, or all; float32 or float16, as `elementType` says. */
  get(window: number | null, elementType: number): string {
    const { g } = this;
    const wide =
      window === null ? 'attention_bias' : this.#once(`window_${window}`, () => addWindowBias(g, window));
    if (elementType === DataType.float32) return wide;
    const half = window === null ? 'whole_bias' : `window_${window}.half`;
    return this.#once(half, () => g.cast(wide, elementType, half));
  }

  #once(key: string, make: () => string): string {
    const made = this.#made.get(key) ?? make();
    this.#made.set(key, made);
    return made;
  }
}

/**
 * The bias, in float32, of layers that see a window only: positions that lie `window` or more before a token are hidden from it,
 * whichever branch of a tree it is on. Row i of the cache is at position i.
 */
function addWindowBias(g: DecoderBuilder, window: number): string {
  const name = `window_${window}`;
  addDistances(g);
  const beyond = g.node(
    'Sub',
    ['position_distance', g.constant(`${name}.last`, DataType.float32, [], Float32Array.of(window - 1))],
    `${name}.beyond`,
  );
  const bounds = ['zero', 'one'].map((bound, value) =>
    g.constant(`${name}.${bound}`, DataType.float32, [], Float32Array.of(value)),
  );
  const isBeyond = g.node('Clip', [beyond, ...bounds], `${name}.is_beyond`);
  const hidden = g.constant(`${name}.hidden`, DataType.float32, [], Float32Array.of(-30_000));
  const bias = g.node('Mul', [isBeyond, hidden], `${name}.bias`);
  return g.node('Min', ['attention_bias', bias], `${name}.both`);
}

/** How far before each new token each visible one is, `[tokens, visible]`; in float32, exact up to 2²⁴ positions. */
function addDistances(g: DecoderBuilder): void {
  if (g.model.graph.nodes.some(({ outputs }) => outputs.includes('position_distance'))) return;
  const rows = g.reshape('position_ids', [-1], 'fresh_positions');
  const [zero, one] = [g.integers('first_position', 0), g.integers('position_step', 1)];
  const length = g.node('Squeeze', ['reused_length'], 'reused_rows');
  const reused = g.node('Range', [zero, length, one], 'reused_positions');
  const all = g.node('Concat', [reused, rows], 'visible_positions', { axis: int(0) });
  const keys = g.cast(all, DataType.float32, 'visible_positions_float');
  const queries = g.cast(rows, DataType.float32, 'fresh_positions_float');
  g.node('Sub', [g.reshape(queries, [-1, 1], 'fresh_column'), keys], 'position_distance');
}
