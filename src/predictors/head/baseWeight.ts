import { elementCount } from '../../onnx/index.ts';
import type { GraphRunner } from '../training/graphRunner.ts';
import { type HeadConfig, headParameters } from './headConfig.ts';
import { HeadModel } from './headModel.ts';
import { type HeadCareer, labelledRows } from './headRows.ts';
import type { TitleLogits } from './titleLogits.ts';

const parts = [1, 0.5, 0.25, 0.1, 0];

/**
 * The part of `config.baseWeight` with which a head that has learned nothing predicts these people best. A language model
 * that does not know a labour market is sure of the wrong titles there, and a head that began with all of that would
 * spend its training on taking it back.
 */
export async function measuredBaseWeight(
  config: HeadConfig,
  people: readonly HeadCareer[],
  titles: TitleLogits,
  runner: GraphRunner,
): Promise<number> {
  const rows = labelledRows(people, config.occupations);
  const theta = headParameters(config).flatMap(({ name, shape }) =>
    new Array<number>(elementCount(shape)).fill(name === 'norm.weight' ? 1 : 0),
  );
  let best = { weight: 0, nll: Infinity };
  for (const part of parts) {
    const weight = part * config.baseWeight;
    const model = new HeadModel({ ...config, baseWeight: weight }, titles, Float32Array.from(theta), runner);
    const nll = await model.meanNll(rows);
    if (nll < best.nll) best = { weight, nll };
  }
  return best.weight;
}
