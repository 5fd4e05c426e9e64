import { AppError } from '../../platform/index.ts';
import { settingProblem, type SettingProblem, trainedKind } from '../../predictors/index.ts';
import type { StoredSettings } from '../../worker/index.ts';
import type { ChosenSettings } from './bridge.ts';

const problems: Readonly<Record<SettingProblem['key'], (data: SettingProblem['data']) => string>> = {
  setting_not_a_number: () => 'takes a number',
  setting_not_whole: () => 'takes a whole number',
  setting_out_of_range: ({ min, max }) => `takes a number from ${min ?? ''} to ${max ?? ''}`,
  setting_not_a_choice: ({ values }) => `takes one of ${values ?? ''}`,
};

/**
 * Good settings with some of them changed, held against the same fields that the page's form is made of. Throws `bad-input` for
 * a setting that this kind of model does not have, or a value that its form would refuse.
 */
export function changedSettings(usual: StoredSettings, changes: ChosenSettings): StoredSettings {
  const { training } = trainedKind(usual.kind);
  const { fields } = training;
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(fields, name))
      throw new AppError(
        'bad-input',
        `A ${usual.kind} has no setting “${name}”: ${Object.keys(fields).join(', ')}`,
      );
    const wrong = settingProblem(fields[name], value);
    if (wrong)
      throw new AppError('bad-input', `Setting “${name}” ${problems[wrong.key](wrong.data)}, not “${value}”`);
  }
  const changed = { ...usual, ...changes };
  const together = training.problem?.(changed as never) ?? null;
  if (together === null) return changed;
  throw new AppError('bad-input', `These settings of a ${usual.kind} do not fit together (${together}).`);
}
