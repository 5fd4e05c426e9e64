import { spokenTag } from './catalogue.ts';

/** `12,736` in English. */
export function count(value: number): string {
  return value.toLocaleString(spokenTag());
}

/** What a language says of one, two, a few… things (CLDR plural categories); `#` is the number. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** `plural(1, { one: '# person', other: '# people' })`: `1 person`. */
export function plural(value: number, forms: PluralForms): string {
  const form = forms[new Intl.PluralRules(spokenTag()).select(value)] ?? forms.other;
  return form.replaceAll('#', count(value));
}
