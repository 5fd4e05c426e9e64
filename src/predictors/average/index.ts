/**
 * average: a linear pool of other models, with or without a corrected probability to stay. Its members are opened by whoever
 * opens it; a kept average names them by the hash of their weights, and its exported files carry them.
 */
export { averageModel } from './averageModel.ts';
export { hashPrefix } from './averageSettings.ts';
export { hashReference, keptAverage, type KeptMember, tablesReference } from './keptAverage.ts';
export { namedMembers, splitMembers, weightsHash, withMembers } from './memberFiles.ts';
export { missingMember } from './missingMember.ts';
