import type { Experiment, ExperimentArm } from '../../evaluation/index.ts';
import { AppError } from '../../platform/index.ts';
import type { PanelRow, StoredSettings } from '../../storage/index.ts';
import type { ExperimentRequest } from './experimentContract.ts';
import { defaultSettings, isTrained, knownKind } from '../../predictors/index.ts';

type Asked = Pick<ExperimentRequest, 'seed' | 'epochs' | 'settings'>;

/**
 * The settings that an arm is trained with; null where it is counted, or stays as it ships. They follow from the people of the
 * experiment, whatever an arm adds to those: arms differ in nothing but what they say.
 */
export function armSettings(
  arm: ExperimentArm,
  row: PanelRow,
  { seed, epochs = Infinity, settings = {} }: Asked,
): StoredSettings | null {
  const usual = usualSettings(arm, row);
  if (!usual) return null;
  const chosen = Object.entries(settings).filter(([name, value]) => takes(usual, name, value));
  return {
    ...usual,
    seed,
    epochs: Math.min(Number(usual.epochs), epochs),
    ...Object.fromEntries(chosen),
    ...arm.settings,
  };
}

/** Throws `bad-input` for a setting that no arm takes: unknown, of another type, or what the experiment itself compares. */
export function checkSettings(
  { title, arms }: Experiment,
  row: PanelRow,
  { settings = {} }: Pick<Asked, 'settings'>,
): void {
  const free = arms.flatMap((arm) => {
    const usual = usualSettings(arm, row);
    return usual ? [{ usual, own: arm.settings ?? {} }] : [];
  });
  for (const [name, value] of Object.entries(settings)) {
    if (free.some(({ usual, own }) => takes(usual, name, value) && !(name in own))) continue;
    const names = free.flatMap(({ usual, own }) => Object.keys(usual).filter((key) => !(key in own)));
    const there = [...new Set(names)].filter((key) => !reserved.has(key));
    throw new AppError(
      'bad-input',
      `${title}: no arm takes ${name}=${value}. There is ${there.join(', ') || 'nothing to set'}.`,
    );
  }
}

/** The seed is everybody's, and the kind what an arm is. */
const reserved = new Set(['kind', 'seed']);

function takes(usual: StoredSettings, name: string, value: string | number | boolean): boolean {
  if (reserved.has(name) || !Object.hasOwn(usual, name)) return false;
  const own = usual[name];
  return own === null || typeof own === typeof value;
}

function usualSettings({ model, isFitted }: ExperimentArm, row: PanelRow): StoredSettings | null {
  const kind = knownKind(model);
  return isFitted && kind && isTrained(kind) ? defaultSettings(model, row) : null;
}
