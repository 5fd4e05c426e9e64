import { type Corpus, learnVocabulary } from '../../models/recipe/corpus.ts';
import { settings, type Settings } from '../../models/recipe/settings.ts';
import { fitTeacher, type Teacher } from '../../models/recipe/teacher.ts';
import type { Vocabulary } from '../../models/recipe/vocabulary.ts';
import { syntheticCareers, SyntheticMarket } from '../../src/career/index.ts';
import { occ1990dd } from '../../src/occupation/index.ts';

const [phase] = settings.phases;

/** Settings of a model that trains in seconds. */
export const smallSettings: Settings = {
  ...settings,
  wordMerges: 120,
  titleMerges: 40,
  architecture: {
    ...settings.architecture,
    hiddenSize: 32,
    layers: 1,
    heads: 2,
    kvHeads: 1,
    intermediateSize: 64,
  },
  tokensPerBatch: 1024,
  teacher: {
    ...settings.teacher,
    folds: 2,
    epochs: 1,
    career: { ...settings.teacher.career, hiddenSize: 16, layers: 1, heads: 2, intermediateSize: 32 },
  },
  phases: [
    { ...phase, epochs: 2, warmupSteps: 4 },
    { ...phase, epochs: 1, warmupSteps: 2 },
  ],
};

/** A corpus of people who never were. */
export function syntheticCorpus(): Corpus {
  const { occupations } = occ1990dd;
  const market = new SyntheticMarket(5, occupations);
  const careers = syntheticCareers({ people: 60, seed: 11, market, occupations }).map((career) => ({
    ...career,
    population: 'NLSY97 dataset',
  }));
  return {
    main: { name: 'NLSY97 dataset', training: careers.slice(0, 48), tuning: careers.slice(48) },
    others: [],
    variants: new Map([['276', ['Checker', 'Till operator']]]),
    variantLines: [],
    descriptionLines: [],
  };
}

export function syntheticTeacher({ main }: Corpus): Promise<Teacher> {
  return fitTeacher(main.training, main.tuning, occ1990dd, smallSettings);
}

export function smallVocabulary(corpus: Corpus): Vocabulary {
  return learnVocabulary(corpus, smallSettings.wordMerges, smallSettings.titleMerges);
}
