import { AppError } from '../platform/index.ts';
import { average } from './average/kind.ts';
import { bagOfJobs } from './bagOfJobs/kind.ts';
import { career } from './career/kind.ts';
import { head } from './head/kind.ts';
import type { PredictorKind } from './kind.ts';
import { logit } from './logit/kind.ts';
import { lora } from './lora/kind.ts';

/** Every kind of model, in the order in which a person is offered them. A new kind is a folder and a line here. */
export const kinds: readonly PredictorKind[] = [career, head, lora, logit, bagOfJobs, average];

/** A kind that is trained by steps. */
export type TrainedKind = PredictorKind & { training: NonNullable<PredictorKind['training']> };

export function isTrained(kind: PredictorKind): kind is TrainedKind {
  return kind.training !== null;
}

/** Null for one that this build does not know: rows of it are kept and shown all the same. */
export function knownKind(id: string): PredictorKind | null {
  return kinds.find((kind) => kind.id === id) ?? null;
}

/** Throws `unsupported` for one that this build does not know. */
export function kindOf(id: string): PredictorKind {
  const kind = knownKind(id);
  if (kind) return kind;
  throw new AppError('unsupported', `This version does not know models of the kind “${id}”.`, { kind: id });
}

/** Throws `unsupported` for one that is not known, or not trained. */
export function trainedKind(id: string): TrainedKind {
  const kind = kindOf(id);
  if (isTrained(kind)) return kind;
  throw new AppError('unsupported', `Models of the kind “${id}” are not trained.`, { kind: id });
}
