import { AppError } from '../../platform/index.ts';
import type { GraphRunner, TrainingTask } from '../../predictors/training/index.ts';

/**
 * Perplexity of the tuning people by the parameters with which a task begins: of a head, the language model as far as the head
 * keeps to it; of LoRA, the model that it tunes. Null where the device gave no number, or one that cannot be right.
 */
export async function untrainedPerplexity(task: TrainingTask, runner: GraphRunner): Promise<number | null> {
  try {
    const perplexity = Math.exp(await task.tuningNll(task.initialTheta(), runner));
    return Number.isFinite(perplexity) ? perplexity : null;
  } catch (error) {
    if (error instanceof AppError && ['diverged', 'bad-output'].includes(error.code)) return null;
    throw error;
  }
}
