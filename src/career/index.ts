export type * from './history.ts';
export type * from './text.ts';
