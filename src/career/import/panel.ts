import { AppError } from '../../platform/index.ts';
import type { CareerHistory } from '../history.ts';
import { yearRange } from '../limits.ts';
import { populations } from '../vocabulary.ts';
import { importCareers } from './importCareers.ts';

/**
 * A trusted person-year panel with the project's own column names, as CSV text with a header. Codes and titles
 * are kept as they stand; people keep the order of their first row; observations are sorted by year.
 * Throws AppError `bad-input` at the first broken row; files of people go through `importCareers` or `inspectPanel`,
 * which collect all problems instead.
 */
export function readPanel(csv: string, population: string = populations.nlsy97): CareerHistory[] {
  const { careers, problems, format } = importCareers(
    { content: csv },
    { presentYear: yearRange.last, population, hasHeader: true },
  );
  const error = problems.find(({ severity }) => severity === 'error');
  if (error) {
    const { row, column, message } = error;
    throw new AppError('bad-input', row ? `Row ${row}, column ${column ?? '–'}: ${message}` : message);
  }
  if (format !== 'panel') throw new AppError('bad-input', 'The panel has no column person_id');
  return careers;
}
