import { allSteps, type CareerStep, previousOccupations } from './careerSteps.ts';
import type { EncodedCareer } from './panelEncoding.ts';
import type { GraphRunner } from '../training/graphRunner.ts';
import { checkDistributions } from '../training/outputCheck.ts';
import { float32, int64, type Feed } from '../training/runtime.ts';
import type { StepForm } from './stepForm.ts';
import { stepPredictionGraph } from './stepGraph.ts';

/** Steps whose distributions are computed at once: many when a panel is scored, one when a person asks. */
const panelRows = 256;

/** A trained model of single steps: distributions over its list at every step of a career. */
export class StepModel {
  constructor(
    readonly form: StepForm,
    readonly theta: Float32Array,
    private readonly runner: GraphRunner,
  ) {}

  /** Every person's `[steps × occupations]` distributions, in the order given. */
  async probabilities(people: readonly EncodedCareer[]): Promise<Float32Array[]> {
    const { occupations } = this.form.sizes;
    const steps = allSteps(people);
    const flat = new Float32Array(steps.length * occupations);
    const size = steps.length === 1 ? 1 : panelRows;
    for (let start = 0; start < steps.length; start += size)
      flat.set(await this.#distributions(steps.slice(start, start + size), size), start * occupations);
    let start = 0;
    return people.map(({ previous }) => {
      const end = start + previous.length * occupations;
      const own = flat.subarray(start, end);
      start = end;
      return own;
    });
  }

  async #distributions(steps: readonly CareerStep[], size: number): Promise<Float32Array> {
    const { kind, parameters, sizes } = this.form;
    const { probabilities } = await this.runner.run(
      `${kind} prediction ${size} ${JSON.stringify([sizes, parameters])}`,
      () => stepPredictionGraph(this.form, { rows: size }),
      { ...stepInputs(this.form, steps, size), theta: float32(this.theta) },
    );
    const data = (await probabilities.getData()) as Float32Array;
    probabilities.dispose();
    const own = data.slice(0, steps.length * sizes.occupations);
    checkDistributions(own, sizes.occupations);
    return own;
  }
}

/** What a graph of `rows` steps reads; rows beyond those given are empty. */
export function stepInputs(form: StepForm, steps: readonly CareerStep[], rows: number): Record<string, Feed> {
  const { occupations, covariateFields } = form.sizes;
  const covariates = new Int32Array(rows * covariateFields);
  const history = new Float32Array(rows * occupations);
  steps.forEach(({ career, step }, row) => {
    const own = career.covariates.subarray(step * covariateFields, (step + 1) * covariateFields);
    covariates.set(own, row * covariateFields);
    form.writeHistory(career, step, history.subarray(row * occupations, (row + 1) * occupations));
  });
  return {
    ...previousOccupations(steps, rows, occupations),
    covariates: int64(covariates, [rows, covariateFields]),
    history: float32(history, [rows, occupations]),
  };
}
