import type { CareerStep } from './careerStep.ts';
import { fitWeights, type ObservedProbs } from './expectationMaximization.ts';
import { cellKey, type FeatureName } from './features.ts';

/**
 * Mixture weights that depend on the step: a chain of ever finer cells, each cell's weights drawn towards those of the
 * coarser cell around it. The first level must be one cell for all (no features).
 */
export class Gate {
  readonly #keys: readonly ((step: CareerStep) => number)[];

  constructor(
    readonly levels: readonly (readonly FeatureName[])[],
    readonly weights: readonly Map<number, Float64Array>[],
  ) {
    this.#keys = levels.map(cellKey);
  }

  /** EM in every cell, coarse to fine. `strength` = pseudo-observations of the coarser cell's weights. */
  static fit(
    levels: readonly (readonly FeatureName[])[],
    steps: readonly CareerStep[],
    observed: ObservedProbs,
    { strength, iterations }: { strength: number; iterations: number },
  ): Gate {
    const fitted: Map<number, Float64Array>[] = [];
    levels.forEach((names, level) => {
      const coarser = new Gate(levels.slice(0, level), fitted.slice());
      const weights = new Map<number, Float64Array>();
      for (const [key, rows] of rowsByCell(names, steps)) {
        // One pseudo-observation a component at the top: weights stay positive, nothing else.
        const prior =
          level === 0
            ? new Float64Array(observed.components).fill(1)
            : coarser.weightsOf(steps[rows[0]]).map((weight) => weight * strength);
        weights.set(key, fitWeights(observed, rows, prior, iterations).weights);
      }
      fitted.push(weights);
    });
    return new Gate(levels, fitted);
  }

  /** Weights of the finest cell that training saw. */
  weightsOf(step: CareerStep): Float64Array {
    for (let level = this.levels.length - 1; level >= 0; level--) {
      const weights = this.weights[level].get(this.#keys[level](step));
      if (weights) return weights;
    }
    throw new RangeError('A gate needs a first level without features');
  }
}

function rowsByCell(names: readonly FeatureName[], steps: readonly CareerStep[]): Map<number, number[]> {
  const keyOf = cellKey(names);
  // The cell for all stands even where there are no steps.
  const cells = new Map<number, number[]>(names.length === 0 ? [[0, []]] : []);
  steps.forEach((step, row) => {
    const key = keyOf(step);
    const rows = cells.get(key);
    if (rows) rows.push(row);
    else cells.set(key, [row]);
  });
  return cells;
}
