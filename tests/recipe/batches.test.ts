import { describe, expect, it } from 'vitest';
import { retell } from '../../models/recipe/augmentation.ts';
import { batchTensors, planBatches, rowsPerBatch } from '../../models/recipe/batches.ts';
import { epochDocuments } from '../../models/recipe/corpus.ts';
import { careerDocument } from '../../models/recipe/documents.ts';
import { fillMask } from '../../src/learning/index.ts';
import { learningRate } from '../../models/recipe/learningRate.ts';
import { occ1990dd } from '../../src/occupation/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { smallSettings, smallVocabulary, syntheticCorpus, syntheticTeacher } from './syntheticCorpus.ts';

const corpus = syntheticCorpus();
const teacher = syntheticTeacher(corpus);
const vocabulary = smallVocabulary(corpus);
const [phase] = smallSettings.phases;

describe('batches', () => {
  const documents = epochDocuments(corpus, teacher, vocabulary, smallSettings, phase, 0);

  it('hold every document once', () => {
    const planned = planBatches(documents, 1024, new SeededRandom(1)).flatMap((batch) => batch.documents);
    expect(planned).toHaveLength(documents.length);
    expect(new Set(planned)).toEqual(new Set(documents));
  });

  it('label each token with the next target, with weights that sum to 1', () => {
    for (const batch of planBatches(documents, 1024)) {
      const rows = rowsPerBatch(batch.rowLength, 1024);
      const { inputIds, labels, labelWeights } = batchTensors(batch, rows);
      expect(labelWeights.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 5);
      batch.documents.forEach(({ tokens, targets }, row) => {
        const length = Math.min(tokens.length - 1, batch.rowLength);
        const start = row * batch.rowLength;
        expect([...inputIds.subarray(start, start + length)].map(Number)).toEqual([
          ...tokens.subarray(0, length),
        ]);
        expect([...labels.subarray(start, start + length)].map(Number)).toEqual([
          ...targets.subarray(1, length + 1),
        ]);
      });
    }
  });

  it('are the same for the same seed and epoch, and differ between epochs', () => {
    expect(epochDocuments(corpus, teacher, vocabulary, smallSettings, phase, 0)).toEqual(documents);
    expect(epochDocuments(corpus, teacher, vocabulary, smallSettings, phase, 1)).not.toEqual(documents);
  });

  it('weigh a title with the token that ends it, and nothing else', () => {
    const career = corpus.main.training[0];
    const { tokens, weights } = careerDocument(career, vocabulary, 0);
    const titles = career.observations.flatMap(({ title }) => [
      ...vocabulary.encode({ text: ` ${title}`, verbatim: true }),
      ...vocabulary.encode({ text: '\n', verbatim: false }),
    ]);
    expect([...tokens].filter((_, i) => weights[i] === 1)).toEqual(titles);
  });
});

describe('the teacher', () => {
  it('stands in for the asked share of the titles, and for nothing else', () => {
    const observations = corpus.main.training.reduce(
      (total, career) => total + career.observations.length,
      0,
    );
    const untaught = epochDocuments(
      corpus,
      teacher,
      vocabulary,
      smallSettings,
      { ...phase, taughtShare: 0 },
      0,
    );
    for (const { tokens, targets } of untaught) expect(targets).toEqual(tokens);
    const taught = epochDocuments(
      corpus,
      teacher,
      vocabulary,
      smallSettings,
      { ...phase, taughtShare: 1 },
      0,
    );
    const places = taught.flatMap(({ tokens, targets, weights }) =>
      [...targets.keys()].filter((i) => targets[i] !== tokens[i]).map((i) => weights[i]),
    );
    expect(places.every((weight) => weight !== smallSettings.structureWeight)).toBe(true);
    expect(places.length).toBeGreaterThan(0.2 * observations);
    expect(places.length).toBeLessThanOrEqual(observations);
  });

  it('draws what the tables say, from people it did not see', () => {
    const random = new SeededRandom(1);
    const titles = new Set(occ1990dd.occupations.map(({ title }) => title));
    const [career] = corpus.main.training;
    career.observations.forEach((_, t) =>
      expect(titles).toContain(teacher.title(career.personId, t, random)),
    );
    expect(teacher.title('nobody', 0, random)).toBeNull();
  });
});

describe('a retelling', () => {
  it('keeps what is predicted: codes, order, age, and titles that count as targets', () => {
    const random = new SeededRandom(3);
    let changed = 0;
    for (const career of corpus.main.training.concat(corpus.main.training)) {
      const { career: told, replaced, forgotten } = retell(career, corpus.variants, random);
      expect(told.observations.length).toBe(career.observations.length - forgotten);
      told.observations.forEach((observation, i) => {
        const original = career.observations[i + forgotten];
        expect(observation.occupationCode).toBe(original.occupationCode);
        if (!replaced.has(i)) expect(observation.title).toBe(original.title);
        if (told.birthYear !== undefined)
          expect(observation.year - told.birthYear).toBe(original.year - (career.birthYear ?? NaN));
      });
      if (JSON.stringify(told) !== JSON.stringify(career)) changed++;
    }
    expect(changed).toBeGreaterThan(10);
  });
});

describe('dropout and schedule', () => {
  it('drops the asked share and keeps the mean', () => {
    const mask = new Float32Array(200_000);
    fillMask(mask, 0.25, 12345);
    expect(mask.filter((value) => value === 0).length / mask.length).toBeCloseTo(0.25, 2);
    expect(mask.reduce((total, value) => total + value, 0) / mask.length).toBeCloseTo(1, 1);
  });

  it('warms up to the peak and decays to nothing', () => {
    const settings = { ...phase, warmupSteps: 10, learningRate: 2 };
    expect(learningRate(5, 110, settings)).toBeCloseTo(1);
    expect(learningRate(10, 110, settings)).toBeCloseTo(2);
    expect(learningRate(60, 110, settings)).toBeCloseTo(1);
    expect(learningRate(110, 110, settings)).toBe(0);
  });
});
