import type { Comparison } from '../answer/comparison.ts';
import type { Question } from './forecast.svelte.ts';

/** The plain table of transitions that ships beside the model. */
export class Baseline {
  load(): Promise<void> {
    return Promise.resolve();
  }

  /** What people did next whose last state was the same; null where the table cannot say. */
  compare(_question: Question): Comparison | null {
    return null;
  }
}
