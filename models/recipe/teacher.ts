import type { CareerHistory } from '../../src/career/index.ts';
import { fitBaseline } from '../../src/evaluation/index.ts';
import type { OccupationList } from '../../src/occupation/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';

/** Titles kept for each observation; an epoch takes one of them. */
const drawsPerObservation = 12;
/** Parts that the people are cut into. Each is taught by tables fitted on the others, which know nobody in it. */
const folds = 4;

/**
 * A language model alone becomes too sure of what it saw; averaged with the mixture of transition tables it
 * predicts better. The teacher brings that into the training: titles drawn from the mixture's distribution stand in for
 * some of the observed ones, so that the model learns the average.
 */
export class Teacher {
  constructor(
    private readonly list: OccupationList,
    /** By person: `drawsPerObservation` indices into the list for each observation. */
    private readonly draws: ReadonlyMap<string, Uint16Array>,
  ) {}

  /** A title drawn for the observation; null for a person the teacher does not know. */
  title(personId: string, observation: number, random: SeededRandom): string | null {
    const draws = this.draws.get(personId);
    if (!draws) return null;
    const index = draws[observation * drawsPerObservation + random.integer(drawsPerObservation)];
    return this.list.occupations[index].title;
  }
}

/** Fits the mixture by folds of people and draws titles for every observation. Depends on people and seed only. */
export function fitTeacher(careers: readonly CareerHistory[], list: OccupationList, seed: number): Teacher {
  const random = new SeededRandom(seed).split('teacher');
  const draws = new Map<string, Uint16Array>();
  for (let fold = 0; fold < folds; fold++) {
    const inFold = (_: CareerHistory, person: number) => person % folds === fold;
    const others = careers.filter((career, person) => !inFold(career, person));
    const mixture = fitBaseline('mixture', others, list);
    for (const career of careers.filter(inFold)) {
      const drawn = new Uint16Array(career.observations.length * drawsPerObservation);
      career.observations.forEach((observation, t) => {
        const past = { ...career, observations: career.observations.slice(0, t) };
        const probabilities = mixture.probabilities(past, observation);
        for (let draw = 0; draw < drawsPerObservation; draw++)
          drawn[t * drawsPerObservation + draw] = random.weighted(probabilities);
      });
      draws.set(career.personId, drawn);
    }
  }
  return new Teacher(list, draws);
}
