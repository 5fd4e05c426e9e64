import * as ort from 'onnxruntime-node';
import type { CareerHistory } from '../../src/career/index.ts';
import { fitBaseline } from '../../src/evaluation/index.ts';
import { CareerModel, CareerTask } from '../../src/predictors/career/index.ts';
import { GraphRunner, TrainingRun } from '../../src/predictors/training/index.ts';
import { PanelEncoding, pathFields, payFields } from '../../src/predictors/records/index.ts';
import type { OccupationList } from '../../src/occupation/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import type { Settings } from './settings.ts';
import { sessionOptions } from './trainer.ts';

/** Titles kept for each observation; an epoch takes some of them. */
export const drawsPerObservation = 24;

/** Titles drawn for every person: `drawsPerObservation` indices into the list for each observation. */
export type Draws = ReadonlyMap<string, Uint16Array>;

/**
 * A language model alone becomes too sure of what it saw; averaged with other models of careers it
 * predicts better. The teacher brings that into the training: titles drawn from the average of CAREER and the mixture
 * of transition tables share the weight of the observed one, so that the model learns the average.
 */
export class Teacher {
  constructor(
    private readonly list: OccupationList,
    readonly draws: Draws,
  ) {}

  /** Titles drawn for the observation; none for a person the teacher does not know. */
  titles(personId: string, observation: number, count: number, random: SeededRandom): string[] {
    const draws = this.draws.get(personId);
    if (!draws) return [];
    const start = random.integer(drawsPerObservation);
    return Array.from({ length: count }, (_, i) => {
      const index = draws[observation * drawsPerObservation + ((start + i) % drawsPerObservation)];
      return this.list.occupations[index].title;
    });
  }
}

/**
 * Fits both models by folds of people, each taught by what was fitted on the others and knows nobody in it, and draws
 * titles for every observation. Depends on people, settings and seed only. `tuning` decides when CAREER stops.
 */
export async function fitTeacher(
  training: readonly CareerHistory[],
  tuning: readonly CareerHistory[],
  list: OccupationList,
  settings: Settings,
): Promise<Teacher> {
  const random = new SeededRandom(settings.seed).split('teacher');
  const { folds } = settings.teacher;
  const draws = new Map<string, Uint16Array>();
  for (let fold = 0; fold < folds; fold++) {
    const inFold = (_: CareerHistory, person: number) => person % folds === fold;
    const pupils = training.filter(inFold);
    const others = training.filter((career, person) => !inFold(career, person));
    const rows = await expectations(others, pupils, tuning, list, settings);
    pupils.forEach((career, pupil) => {
      const drawn = new Uint16Array(career.observations.length * drawsPerObservation);
      for (let t = 0; t < career.observations.length; t++) {
        const row = rows[pupil].subarray(t * list.occupations.length, (t + 1) * list.occupations.length);
        for (let draw = 0; draw < drawsPerObservation; draw++)
          drawn[t * drawsPerObservation + draw] = random.weighted(row);
      }
      draws.set(career.personId, drawn);
    });
    console.error(`  fold ${fold + 1} of ${folds}`);
  }
  return new Teacher(list, draws);
}

/** The pupils' `[observations × occupations]` distributions, averaged over both models. */
async function expectations(
  others: readonly CareerHistory[],
  pupils: readonly CareerHistory[],
  tuning: readonly CareerHistory[],
  list: OccupationList,
  settings: Settings,
): Promise<Float32Array[]> {
  const { careerWeight } = settings.teacher;
  const mixture = fitBaseline('mixture', others, list);
  const rows = await careerExpectations(others, pupils, tuning, list, settings);
  pupils.forEach((career, pupil) => {
    career.observations.forEach((observation, t) => {
      const past = { ...career, observations: career.observations.slice(0, t) };
      mixture.probabilities(past, observation).forEach((probability, state) => {
        const at = t * list.occupations.length + state;
        rows[pupil][at] = careerWeight * rows[pupil][at] + (1 - careerWeight) * probability;
      });
    });
  });
  return rows;
}

async function careerExpectations(
  others: readonly CareerHistory[],
  pupils: readonly CareerHistory[],
  tuning: readonly CareerHistory[],
  list: OccupationList,
  settings: Settings,
): Promise<Float32Array[]> {
  const { career, epochs, learningRate, warmupSteps } = settings.teacher;
  // The text that the language model reads tells no pay.
  const fields = pathFields.filter((field) => !payFields.includes(field));
  const encoding = PanelEncoding.of(others, list, fields);
  const encoded = (people: readonly CareerHistory[]) => people.map((person) => encoding.encode(person));
  const task = new CareerTask(encoding, encoded(others), encoded(tuning), { ...career, seed: settings.seed });
  const runner = new GraphRunner({ ort, sessionOptions });
  const schedule = { peak: learningRate, warmupSteps, decay: 'linear' as const };
  const run = new TrainingRun(task, { epochs, patience: epochs, schedule }, runner);
  let perplexity = Infinity;
  for await (const event of run.events())
    if (event.kind === 'epoch') perplexity = Math.min(perplexity, Math.exp(event.tuningNll));
  console.error(`  CAREER: tuning perplexity ${perplexity.toFixed(3)}`);
  const { best } = await run.checkpoint();
  const rows = await new CareerModel(encoding, task.config, best, runner).probabilities(encoded(pupils));
  run.dispose();
  await runner.dispose();
  return rows;
}
