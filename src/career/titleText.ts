import type { TemplateOptions } from './template.ts';

/** Codes of the two states that are no occupation. Their neutral numbers lie above every occ1990dd code. */
const stateNumbers: ReadonlyMap<string, string> = new Map([
  ['in_school', '991'],
  ['not_working', '992'],
]);

/** Most titles: ASCII words with one space between them, of which there is nothing to change. */
const plainLine = /^(?:[!-~]+(?: [!-~]+)*)?$/;

/**
 * One line of plain text: Unicode NFC; runs of white space, line separators and control characters become one
 * space; invisible format characters go, but for the joiners that some scripts are spelled with; lone surrogates
 * become U+FFFD; ends are trimmed. Idempotent.
 */
export function normaliseTitle(title: string): string {
  if (plainLine.test(title)) return title;
  return title
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(/(?![\u200c\u200d])\p{Cf}+/gu, '')
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .trim();
}

/**
 * A title as the text shows it after the colon: a leading space, then the title, or its unique code
 * (`job_123`) under `titles: 'codes'`. The title-ending newline is not part of it.
 */
export function titleText(
  step: { occupationCode: string | null; title: string },
  options: Pick<TemplateOptions, 'titles'> = {},
): string {
  if (options.titles !== 'codes') return ` ${normaliseTitle(step.title)}`;
  if (step.occupationCode === null) return ' job_unlisted';
  return ` job_${normaliseTitle(stateNumbers.get(step.occupationCode) ?? step.occupationCode)}`;
}
