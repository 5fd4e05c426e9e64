import type { RunSummary } from '../../../worker/index.ts';
import { kindName } from '../words.ts';
import type { SettingValue } from '../../../predictors/index.ts';
import { settingFields, settingLabel, settingsIn, withoutAdapter } from './settingFields.ts';

/** Something that two runs do not share, in words. */
export interface RunDifference {
  label: string;
  first: string;
  second: string;
}

/** What two runs were trained with and on, as far as it differs; a setting that only one kind of model has counts. */
export function runDifferences(first: RunSummary, second: RunSummary): RunDifference[] {
  const [a, b] = [wordsOf(first), wordsOf(second)];
  const labels = [...new Set([...a.keys(), ...b.keys()])];
  return labels
    .map((label) => ({ label, first: a.get(label) ?? '–', second: b.get(label) ?? '–' }))
    .filter((difference) => difference.first !== difference.second);
}

function wordsOf({ settings, panel }: RunSummary): Map<string, string> {
  const people = `${panel.name} (${panel.fittingPeople} fitting, ${panel.tuningPeople} tuning)`;
  return new Map([
    ['Kind of model', kindName(settings.kind)],
    ['People', people],
    ...settingsIn(settings).map(
      ([name, value]) => [settingLabel(name), valueInWords(name, value, settings)] as const,
    ),
  ]);
}

function valueInWords(name: string, value: SettingValue, settings: RunSummary['settings']): string {
  const field = settingFields(settings)[name];
  if (field?.type === 'adapter') return value === null ? withoutAdapter(name) : `model ${value}`;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
