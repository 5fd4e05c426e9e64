import { unsupported } from './graphIndex.ts';

/** Entries of `config.json` that say which layers see only the last tokens. */
interface WindowConfig {
  readonly sliding_window?: unknown;
  readonly layer_types?: unknown;
  readonly sliding_window_pattern?: unknown;
  readonly use_sliding_window?: unknown;
  readonly max_window_layers?: unknown;
}

/**
 * How many positions each layer of a model sees, a token itself included, by its `config.json`; null: all before it.
 * Exports that write their attention out hide what is outside of a window by numbers that nothing else tells. `masks`:
 * the tensors that the layers' masks are made of. Throws `bad-input` where these differ and it is not said how, or
 * where they do not agree with what is said.
 */
export function windowsOf(masks: readonly string[], config: unknown): (number | null)[] {
  const known: WindowConfig = typeof config === 'object' && config !== null ? config : {};
  const window = count(known.sliding_window) ?? null;
  const slides = slidingRule(known);
  const windows = masks.map((_, layer) => (slides(layer) ? window : null));
  if (new Set(windows).size === 1 && new Set(masks).size > 1)
    throw unsupported(
      'its layers have different masks, and config.json does not say which',
      'sliding_window',
    );
  const differs = masks.some((mask, layer) => windows[masks.indexOf(mask)] !== windows[layer]);
  if (differs) throw unsupported('layers that slide and layers that do not share a mask', 'sliding_window');
  return windows;
}

/** Which layers slide; all where only the length of the window is said. */
function slidingRule(config: WindowConfig): (layer: number) => boolean {
  const { layer_types: types, use_sliding_window: isUsed } = config;
  if (Array.isArray(types)) return (layer) => types[layer] === 'sliding_attention';
  const pattern = count(config.sliding_window_pattern);
  if (pattern !== undefined) return (layer) => (layer + 1) % pattern !== 0;
  // Qwen: where it slides at all, layers from this one on.
  const first = count(config.max_window_layers) ?? 0;
  return typeof isUsed === 'boolean' ? (layer) => isUsed && layer >= first : () => true;
}

function count(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : undefined;
}
