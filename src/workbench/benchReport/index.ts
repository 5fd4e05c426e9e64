/**
 * benchReport: what a bench says, in figures and words, and the first answer timed from the page's side. Imports nothing
 * that computes, so that a page may show it.
 */
export type * from './benchContract.ts';
export { type BenchEntry, type BenchFigure, benchCsv, benchFigures, startInWords } from './benchFigures.ts';
export { timeToFirstAnswer } from './firstAnswer.ts';
export { pageMemory } from './pageMemory.ts';
