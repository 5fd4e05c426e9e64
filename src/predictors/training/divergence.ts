import { AppError } from '../../platform/index.ts';

/** The error of a run whose numbers have left the finite. */
export function diverged(step: number, what: string, value: number): AppError {
  return new AppError('diverged', `Training stopped at step ${step}: ${what} is ${value}.`, { step });
}
