import { elementCount, namedTensors } from '../../onnx/index.ts';
import type { PanelEncoding } from '../records/panelEncoding.ts';
import { type CareerConfig, careerParameters } from './careerConfig.ts';

/** A trained CAREER: its numbers, and what they mean. */
export interface TrainedCareer {
  readonly encoding: PanelEncoding;
  readonly config: CareerConfig;
  readonly theta: Float32Array;
}

/**
 * Carries over what another panel has taught, in place: occupations by their code, covariates by field and word, all
 * else tensor by tensor where the shapes agree. What the other panel does not have stays as `theta` begins.
 */
export function warmStart(
  theta: Float32Array,
  { encoding, config }: Omit<TrainedCareer, 'theta'>,
  earlier: TrainedCareer,
): void {
  const theirs = namedTensors(careerParameters(earlier.config), earlier.theta);
  const shapes = new Map(careerParameters(earlier.config).map(({ name, shape }) => [name, shape]));
  const states = matchingStates(encoding, earlier.encoding);
  const covariates = matchingWords(encoding, earlier.encoding);
  for (const [name, own] of namedTensors(careerParameters(config), theta)) {
    const other = theirs.get(name);
    const shape = shapes.get(name);
    if (!other || !shape) continue;
    const rows = name === 'covariates.weight' ? covariates : isByState(name) ? states : null;
    const width = elementCount(shape.slice(1));
    if (rows === null) {
      if (other.length === own.length) own.set(other);
    } else if (sameWidth(name, config, earlier.config)) {
      for (const [from, to] of rows)
        if ((from + 1) * width <= other.length && (to + 1) * width <= own.length)
          own.set(other.subarray(from * width, (from + 1) * width), to * width);
    }
  }
}

const isByState = (name: string) => /^(state|occupation|history)\.(weight|bias)$/.test(name);

const sameWidth = (name: string, a: CareerConfig, b: CareerConfig) =>
  name.startsWith('history') || name.endsWith('bias') || a.hiddenSize === b.hiddenSize;

/** Pairs of rows, theirs and ours: occupations of one code, and the two states beyond the list. */
function matchingStates(own: PanelEncoding, other: PanelEncoding): [number, number][] {
  const place = new Map(other.list.occupations.map(({ code }, i) => [code, i]));
  const pairs = own.list.occupations.flatMap(({ code }, to): [number, number][] => {
    const from = place.get(code);
    return from === undefined ? [] : [[from, to]];
  });
  const [ours, theirs] = [own.list.occupations.length, other.list.occupations.length];
  return [...pairs, [theirs, ours], [theirs + 1, ours + 1]];
}

/** Pairs of rows of one field and word; the row of what is unknown, too. */
function matchingWords(own: PanelEncoding, other: PanelEncoding): [number, number][] {
  return own.fields.flatMap((field, column) => {
    const there = other.fields.indexOf(field);
    if (there < 0) return [];
    const known = new Set(other.words[field]);
    const words = (own.words[field] ?? []).filter((word) => known.has(word));
    return [undefined, ...words].map((word): [number, number] => [
      other.row(there, word),
      own.row(column, word),
    ]);
  });
}
