import { predictionCsv } from './predictionCsv.ts';
import type { PredictionFormat, PredictionShape, PredictionWriter } from './predictedPeople.ts';

/** A writer of this format; what writes Parquet is loaded when it is first needed. */
export async function predictionWriter(
  format: PredictionFormat,
  shape: PredictionShape,
): Promise<PredictionWriter> {
  if (format === 'csv') return predictionCsv(shape);
  const { predictionParquet } = await import('./predictionParquet.ts');
  return predictionParquet(shape);
}
