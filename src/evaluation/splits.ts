import { populations, type CareerHistory } from '../career/index.ts';
import { SeededRandom } from '../platform/index.ts';

/** The people of a panel in three parts; whole people, never their years. */
export interface PanelSplit {
  /** Whom models learn from. */
  fitting: CareerHistory[];
  /** Who decides every stop, weight and setting. */
  tuning: CareerHistory[];
  /** Who is only ever reported on. */
  test: CareerHistory[];
}

export interface SplitOptions {
  seed: number | string;
  /** Share of the people who only report; 0 where test people come from a file of their own. */
  testShare?: number;
  /** Ids of those who only report, where a file of their own says so; the share has no say then. */
  testPeople?: readonly string[];
  /** Share of the others who tune. NLSY97 has its own rule: see `splitPanel`. */
  tuningShare?: number;
}

/**
 * Splits a panel for everything that learns, the same for all models. Tuning people are a seeded share of those who
 * are no test people; of the NLSY97 those whose whole-numbered id ends in 7. A person's part depends on the seed
 * and the own id only, so that adding people to a panel moves nobody, and changing the test share changes nobody's
 * tuning. Shares are therefore met on average, not exactly; but where one would come out empty although there
 * are two people or more to choose from, the one whose draw is nearest goes to it. People keep their order.
 */
export function splitPanel(
  people: readonly CareerHistory[],
  { seed, testShare = 0.2, testPeople, tuningShare = 0.1 }: SplitOptions,
): PanelSplit {
  const root = new SeededRandom(seed);
  const drawn = people.map((person) => ({
    person,
    test: root.split(person.personId).uniform(),
    tuning: tuningDraw(person, root),
  }));
  const named = testPeople && new Set(testPeople);
  const isTest = named
    ? new Set(drawn.filter(({ person }) => named.has(person.personId)))
    : chosen(drawn, testShare, ({ test }) => test);
  const others = drawn.filter((draw) => !isTest.has(draw));
  const isTuning = chosen(others, tuningShare, ({ tuning }) => tuning);
  return {
    fitting: others.filter((draw) => !isTuning.has(draw)).map(({ person }) => person),
    tuning: others.filter((draw) => isTuning.has(draw)).map(({ person }) => person),
    test: drawn.filter((draw) => isTest.has(draw)).map(({ person }) => person),
  };
}

/** Those whose draw is below the share; at least one of two people or more, where a share is asked for at all. */
function chosen<T>(draws: readonly T[], share: number, drawOf: (draw: T) => number): Set<T> {
  const below = draws.filter((draw) => drawOf(draw) < share);
  if (below.length > 0 || share <= 0 || draws.length < 2) return new Set(below);
  return new Set([draws.reduce((least, draw) => (drawOf(draw) < drawOf(least) ? draw : least))]);
}

function tuningDraw({ personId, population }: CareerHistory, root: SeededRandom): number {
  const hasOwnRule = population === populations.nlsy97 && /^\d+$/.test(personId);
  if (hasOwnRule) return personId.endsWith('7') ? 0 : 1;
  return root.split(`tuning/${personId}`).uniform();
}
