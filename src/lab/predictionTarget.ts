import { type PredictionFormat, predictionFormats } from '../evaluation/index.ts';
import { AppError } from '../platform/index.ts';

/** Where the predictions of a panel go. */
export interface PredictionTarget {
  file: string;
  format: PredictionFormat;
  hiddenStates: boolean;
}

/** The format is the ending of the file's name. Throws AppError `bad-input` for another one. */
export function predictionTarget(file: string | undefined, hiddenStates: boolean): PredictionTarget | null {
  if (file === undefined) {
    if (hiddenStates)
      throw new AppError('bad-input', '--hidden-states needs a file: --save FILE.csv or FILE.parquet');
    return null;
  }
  const format = predictionFormats.find((each) => file.toLowerCase().endsWith(`.${each}`));
  if (!format) throw new AppError('bad-input', `--save takes FILE.csv or FILE.parquet, not “${file}”`);
  return { file, format, hiddenStates };
}
