export type * from './savedCareer.ts';
