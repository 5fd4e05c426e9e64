/** average: a linear pool of other models, with or without a corrected probability to stay. */
export { averageModel } from './averageModel.ts';
