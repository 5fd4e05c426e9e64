import * as ort from 'onnxruntime-node';
import { syntheticCareers, SyntheticMarket } from '../../src/career/index.ts';
import { GraphRunner } from '../../src/predictors/training/graphRunner.ts';
import type { OccupationList } from '../../src/occupation/index.ts';

/** A small labour market, whose best possible perplexity is known. */
export const smallList: OccupationList = {
  name: 'small',
  occupations: Array.from({ length: 12 }, (_, i) => ({
    code: String(i + 1),
    title: `Trade number ${i + 1}`,
  })),
};
export const smallMarket = new SyntheticMarket(5, smallList.occupations);

export const smallPanel = (people: number, seed: number) =>
  syntheticCareers({ people, seed, market: smallMarket, occupations: smallList.occupations });

export const nodeRunner = () =>
  new GraphRunner({ ort, sessionOptions: { intraOpNumThreads: 1, interOpNumThreads: 1 } });

export const optimizer = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 };
