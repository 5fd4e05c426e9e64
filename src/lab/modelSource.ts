import { existsSync, statSync } from 'node:fs';
import { baselineNames, type BaselineName } from '../evaluation/index.ts';
import { AppError } from '../platform/index.ts';
import { isBaseline } from './baselines.ts';
import { runKinds } from './runKinds.ts';

/** What came with the language model. */
export const shippedNames = ['head', 'career', 'path', 'path2', 'best'] as const;

/** Where a model comes from. */
export type ModelSource =
  | { kind: 'language-route' }
  /** Counted in Node, on `train` or as it ships. */
  | { kind: 'baseline'; name: BaselineName; train: string | null }
  | { kind: 'shipped'; name: (typeof shippedNames)[number] }
  /** Trained in the page before it is asked. */
  | { kind: 'trained'; name: string; train: string }
  /** Weights fitted on the tuning people of `train`, on whom all members learn that learn at all. */
  | { kind: 'average'; of: readonly string[]; train: string }
  /** Files of an adapter that was trained before. */
  | { kind: 'folder'; path: string };

export const modelNames: readonly string[] = [
  ...new Set(['language-route', ...shippedNames, ...runKinds, ...baselineNames]),
];

/** What the words `--model` and `--train` mean together. Throws AppError `bad-input` that says what is wrong. */
export function modelSource(model: string, train: string | null): ModelSource {
  if (model.includes('+')) return averageOf(model.split('+'), train);
  if (isBaseline(model)) return { kind: 'baseline', name: model, train };
  if (train !== null && isRunKind(model)) return { kind: 'trained', name: model, train };
  if (train !== null)
    throw new AppError('bad-input', `${model} is trained already; --train is for ${learners()}`);
  if (model === 'language-route') return { kind: 'language-route' };
  if (isShipped(model)) return { kind: 'shipped', name: model };
  if (isRunKind(model))
    throw new AppError('bad-input', `${model} learns from people: name their panel with --train PANEL`);
  if (isFolder(model)) return { kind: 'folder', path: model };
  throw new AppError(
    'bad-input',
    `There is no model “${model}”, nor a folder of this name; there are ${modelNames.join(', ')}`,
  );
}

function averageOf(names: readonly string[], train: string | null): ModelSource {
  const unknown = names.find((name) => !modelNames.includes(name) && !isFolder(name));
  if (unknown !== undefined)
    throw new AppError('bad-input', `“${unknown}” cannot be averaged; there are ${modelNames.join(', ')}`);
  if (train === null)
    throw new AppError('bad-input', 'The weights of an average are fitted on people: --train PANEL');
  return { kind: 'average', of: names, train };
}

export function isRunKind(name: string): boolean {
  return runKinds.includes(name);
}

function isShipped(name: string): name is (typeof shippedNames)[number] {
  return (shippedNames as readonly string[]).includes(name);
}

export function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

const learners = () => [...runKinds, ...baselineNames].join(', ');
