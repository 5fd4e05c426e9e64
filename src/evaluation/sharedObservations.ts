import type { ScoredCareer } from './scoredCareer.ts';

/**
 * Several models' scores of the same people with every observation taken out that one of them could not score, so that
 * all are measured on the same observations. Throws nothing: what does not fit is found where the scores meet careers.
 */
export function onSharedObservations(models: readonly (readonly ScoredCareer[])[]): ScoredCareer[][] {
  return models.map((scores) =>
    scores.map((score, person) => ({
      ...score,
      logProbs: score.logProbs.map((logProb, t) =>
        models.some((others) => Number.isNaN(others[person]?.logProbs[t])) ? NaN : logProb,
      ),
    })),
  );
}
