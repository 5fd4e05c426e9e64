import { AppError } from '../../platform/index.ts';
import type { CareerHistory } from '../history.ts';
import { yearRange } from '../limits.ts';
import { populations } from '../vocabulary.ts';
import { importCareers } from './importCareers.ts';

/**
 * A trusted person-year panel with the project's own column names, with a header: text, or the bytes of a
 * file in whatever encoding. Codes and titles
 * are kept as they stand; people keep the order of their first row; observations are sorted by year.
 * `onWarning` hears what was assumed of the whole file. Throws AppError `bad-input` at the first broken row; files of people go through `importCareers` or `inspectPanel`,
 * which collect all problems instead.
 */
export function readPanel(
  content: string | Uint8Array,
  population: string = populations.nlsy97,
  onWarning: (warning: string) => void = () => undefined,
): CareerHistory[] {
  const { careers, problems, format } = importCareers(
    { content },
    { presentYear: yearRange.last, population, hasHeader: true },
  );
  const error = problems.find(({ severity }) => severity === 'error');
  if (error) {
    const { row, column, message } = error;
    throw new AppError('bad-input', row ? `Row ${row}, column ${column ?? '–'}: ${message}` : message);
  }
  if (format !== 'panel') throw new AppError('bad-input', 'The panel has no column person_id');
  // Of a file as a whole; a warning of one row says nothing that a trusted panel does not know.
  for (const { row, severity, message, advice } of problems)
    if (severity === 'warning' && row === undefined) onWarning(`${message} ${advice}`);
  return careers;
}
