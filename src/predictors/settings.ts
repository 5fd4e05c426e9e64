import { AppError } from '../platform/index.ts';
import type { StoredSettings } from '../storage/index.ts';

/**
 * One setting of a kind of model: form, command line, card and table of differences are all made of it. Its name is its key;
 * what a person reads are the messages of that name.
 */
export type SettingField =
  | { type: 'number'; min: number; max: number; isWhole: boolean }
  | { type: 'choice'; values: readonly string[] }
  | { type: 'switch' }
  /** The id of something trained, of the kind `of`; null for none. */
  | { type: 'adapter'; of: string };

/** In the order of the form. */
export type SettingFields = Readonly<Record<string, SettingField>>;

export type SettingValue = string | number | boolean | null;

/** The values that fields describe. */
export type ValuesOf<Fields extends SettingFields> = {
  -readonly [Name in keyof Fields]: ValueOf<Fields[Name]>;
};

type ValueOf<Field extends SettingField> = Field extends { type: 'number' }
  ? number
  : Field extends { type: 'choice'; values: readonly (infer Value)[] }
    ? Value
    : Field extends { type: 'switch' }
      ? boolean
      : string | null;

export function whole(min: number, max: number) {
  return { type: 'number', min, max, isWhole: true } as const;
}

export function real(min: number, max: number) {
  return { type: 'number', min, max, isWhole: false } as const;
}

export function choice<const Value extends string>(...values: readonly Value[]) {
  return { type: 'choice', values } as const;
}

export const onOrOff = { type: 'switch' } as const;

/** Something trained of this kind, or none. */
export function adapterOf(kind: string) {
  return { type: 'adapter', of: kind } as const;
}

/** Why a value cannot be this setting's; null where it can. Messages are made of `key` and `data`. */
export interface SettingProblem {
  key: 'setting_not_a_number' | 'setting_not_whole' | 'setting_out_of_range' | 'setting_not_a_choice';
  data: { min?: number; max?: number; values?: string };
}

/** Whether `value` may be set: of the right type, within the bounds. */
export function settingProblem(field: SettingField, value: unknown): SettingProblem | null {
  switch (field.type) {
    case 'number': {
      if (typeof value !== 'number' || !Number.isFinite(value))
        return { key: 'setting_not_a_number', data: {} };
      if (field.isWhole && !Number.isInteger(value)) return { key: 'setting_not_whole', data: {} };
      const { min, max } = field;
      return value < min || value > max ? { key: 'setting_out_of_range', data: { min, max } } : null;
    }
    case 'choice':
      return field.values.includes(String(value))
        ? null
        : { key: 'setting_not_a_choice', data: { values: field.values.join(', ') } };
    case 'switch':
      return typeof value === 'boolean'
        ? null
        : { key: 'setting_not_a_choice', data: { values: 'true, false' } };
    case 'adapter':
      return value === null || typeof value === 'string'
        ? null
        : { key: 'setting_not_a_choice', data: { values: 'an id, null' } };
  }
}

/**
 * A row's settings as those of `fields`. Bounds belong to forms: what an earlier release took still runs. A reference to
 * another model that an earlier release did not know is none. Throws `bad-input` that names a setting that is missing or of
 * another type.
 */
export function readSettings<Fields extends SettingFields>(
  fields: Fields,
  stored: StoredSettings,
): ValuesOf<Fields> {
  const values = Object.entries(fields).map(([name, field]) => {
    const value = stored[name] ?? null;
    if (isOfType(field, value)) return [name, value] as const;
    throw new AppError(
      'bad-input',
      `The setting ${name} of this ${stored.kind} cannot be ${String(value)}.`,
      {
        setting: name,
      },
    );
  });
  return Object.fromEntries(values) as ValuesOf<Fields>;
}

function isOfType(field: SettingField, value: SettingValue): boolean {
  if (field.type === 'number') return typeof value === 'number';
  if (field.type === 'adapter') return value === null || typeof value === 'string';
  return settingProblem(field, value) === null;
}
