import { AppError } from '../platform/index.ts';
import type { DecoderPass } from './decoderPass.ts';

/** Sums of probabilities may exceed 1 by this much in float16 arithmetic. */
const slack = 0.02;

/**
 * Refuses log probabilities that no model can have given: not one per pick, not a number, above 0, more than 1 in
 * sum over different tokens of one row, or all the same (a buffer that was never written, or a model that
 * answered with nothing but zeros). Throws `bad-output`.
 */
export function checkLogProbs(logProbs: Float32Array, pass: DecoderPass): void {
  if (logProbs.length !== pass.picks.length) throw badOutput('the answer has the wrong length');
  const seen = new Set<bigint>();
  const masses = new Float64Array(pass.headRows.length);
  let lowest = Infinity;
  let highest = -Infinity;
  for (const [index, logProb] of logProbs.entries()) {
    if (!Number.isFinite(logProb)) throw badOutput('the answer holds a value that is no number');
    lowest = Math.min(lowest, logProb);
    highest = Math.max(highest, logProb);
    if (seen.has(pass.picks[index])) continue;
    seen.add(pass.picks[index]);
    masses[Number(pass.pickRows[index])] += Math.exp(logProb);
  }
  if (highest > slack || masses.some((mass) => mass > 1 + slack)) throw badOutput('probabilities exceed 1');
  if (seen.size > 1 && lowest === highest) throw badOutput('all probabilities are the same');
  if (highest === 0 && lowest === 0) throw badOutput('the answer is all zeros');
}

/** Refuses states that no layer can have left: values that are no numbers, or nothing but zeros. Throws `bad-output`. */
export function checkHiddenStates(states: Float32Array): void {
  if (!states.every(Number.isFinite)) throw badOutput('a hidden state holds a value that is no number');
  if (states.length > 0 && states.every((value) => value === 0))
    throw badOutput('the hidden states are all zeros');
}

function badOutput(problem: string): AppError {
  return new AppError('bad-output', `The device gave an answer that cannot be right: ${problem}.`, {
    problem,
  });
}
