import { optimalPerplexity, SyntheticMarket, syntheticCareers, type CareerHistory } from '../career/index.ts';
import { occ1990dd, type OccupationList } from '../occupation/index.ts';
import { SeededRandom } from '../platform/index.ts';

/** Invented people whose careers follow rules that are known exactly. */
export interface SyntheticPanel {
  careers: CareerHistory[];
  /** The outcomes that occur: every model of this panel is measured on them. */
  list: OccupationList;
  market: SyntheticMarket;
  /** Perplexity of the perfect model on all of the careers, first observations included. */
  optimum: number;
}

/** Few enough that a class sees a model come near the optimum, many enough that guessing does not. */
const usualOccupations = 40;

/**
 * A panel to begin with: `people` careers in a market of `occupations` titles of occ1990dd, drawn by the seed, and the two
 * states. On part of the people (a split's test people) the optimum is `optimalPerplexity(part, market)`.
 */
export function syntheticPanel({
  people,
  seed,
  occupations = usualOccupations,
}: {
  people: number;
  seed: number | string;
  occupations?: number;
}): SyntheticPanel {
  const list = drawnList(occupations, seed);
  const market = new SyntheticMarket(seed, list.occupations);
  const careers = syntheticCareers({ people, seed, market, occupations: list.occupations });
  return { careers, list, market, optimum: optimalPerplexity(careers, market) };
}

function drawnList(count: number, seed: number | string): OccupationList {
  const isState = ({ code }: { code: string }): boolean => code === 'in_school' || code === 'not_working';
  const trades = occ1990dd.occupations.filter((occupation) => !isState(occupation));
  const order = new SeededRandom(seed).split('occupations').shuffle(trades.map((_, i) => i));
  const drawn = new Set(order.slice(0, count));
  const chosen = trades.filter((_, i) => drawn.has(i));
  return { name: 'synthetic', occupations: [...chosen, ...occ1990dd.occupations.filter(isState)] };
}
