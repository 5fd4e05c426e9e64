import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { retell } from '../../models/recipe/augmentation.ts';
import { epochDocuments } from '../../models/recipe/corpus.ts';
import { batchTensors, planBatches, rowsPerBatch } from '../../src/predictors/documents/batches.ts';
import { careerDocument } from '../../src/predictors/documents/document.ts';
import { fillMask } from '../../src/predictors/training/dropoutMask.ts';
import { learningRate } from '../../models/recipe/learningRate.ts';
import { occ1990dd } from '../../src/occupation/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { keptTeacher } from '../../models/recipe/teacherFile.ts';
import { smallSettings, smallVocabulary, syntheticCorpus, syntheticTeacher } from './syntheticCorpus.ts';

const corpus = syntheticCorpus();
const teacher = await syntheticTeacher(corpus);
const vocabulary = smallVocabulary(corpus);
const [phase] = smallSettings.phases;

describe('batches', () => {
  const documents = epochDocuments(corpus, teacher, vocabulary, smallSettings, phase, 0);

  it('hold every document once', () => {
    const planned = planBatches(documents, 1024, new SeededRandom(1)).flatMap((batch) => batch.documents);
    expect(planned).toHaveLength(documents.length);
    expect(new Set(planned)).toEqual(new Set(documents));
  });

  it('label each token with the next one, with weights that sum to 1', () => {
    for (const batch of planBatches(documents, 1024)) {
      const rows = rowsPerBatch(batch.rowLength, 1024);
      const { inputIds, labels, labelWeights } = batchTensors(batch, rows);
      expect(labelWeights.reduce((total, weight) => total + weight, 0)).toBeCloseTo(1, 5);
      batch.documents.forEach(({ tokens }, row) => {
        const length = Math.min(tokens.length - 1, batch.rowLength);
        const start = row * batch.rowLength;
        expect([...inputIds.subarray(start, start + length)].map(Number)).toEqual([
          ...tokens.subarray(0, length),
        ]);
        expect([...labels.subarray(start, start + length)].map(Number)).toEqual([
          ...tokens.subarray(1, length + 1),
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
  const lessonsOf = (taughtShare: number) =>
    epochDocuments(corpus, teacher, vocabulary, smallSettings, { ...phase, taughtShare }, 0).flatMap(
      ({ lessons, weights }) => [...lessons].map(([at, lesson]) => ({ ...lesson, weight: weights[at] })),
    );

  it('has a lesson at the first token of every title, and nowhere else', () => {
    const observations = corpus.main.training.reduce(
      (total, career) => total + career.observations.length,
      0,
    );
    const lessons = lessonsOf(0.5);
    expect(lessons.length).toBeGreaterThan(0.9 * observations);
    expect(lessons.length).toBeLessThanOrEqual(observations);
    for (const { tokens, weight } of lessons) {
      expect(tokens).toHaveLength(smallSettings.teacher.labels);
      expect(weight).not.toBe(smallSettings.structureWeight);
    }
  });

  it('shares the weight of a title between what was observed and what it expects', () => {
    const k = 1 + smallSettings.teacher.labels;
    const career = careerDocument(corpus.main.training[0], vocabulary, 0, {
      taughtTitles: () => ['Carpenters', 'Cashiers'],
      taughtShare: 0.4,
    });
    const { labels, labelWeights } = batchTensors({ rowLength: 512, documents: [career] }, 2, k);
    const [at] = [...career.lessons.keys()].map((position) => (position - 1) * k);
    const weights = [...labelWeights.subarray(at, at + k)];
    const total = career.weights.reduce((sum, weight) => sum + weight, 0);
    expect(weights[0] * total).toBeCloseTo(0.6, 5);
    expect(weights[1] * total).toBeCloseTo(0.2, 5);
    expect(weights[2] * total).toBeCloseTo(0.2, 5);
    expect(weights.slice(3).every((weight) => weight === 0)).toBe(true);
    const tokenOf = (title: string) => vocabulary.encode({ text: ` ${title}`, verbatim: true })[0];
    expect([...labels.subarray(at + 1, at + 3)].map(Number)).toEqual(['Carpenters', 'Cashiers'].map(tokenOf));
    expect(labelWeights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
  });

  it('draws titles of the list, the same for the same seed, and knows only the people it taught', () => {
    const titles = new Set(occ1990dd.occupations.map(({ title }) => title));
    const [career] = corpus.main.training;
    const drawn = (t: number) => teacher.titles(career.personId, t, 3, new SeededRandom(1));
    career.observations.forEach((_, t) => {
      for (const title of drawn(t)) expect(titles).toContain(title);
      expect(drawn(t)).toEqual(drawn(t));
    });
    expect(teacher.titles('nobody', 0, 3, new SeededRandom(1))).toEqual([]);
  });

  it('is read from its file where an earlier build left it, and fitted again for other settings', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'onward-')), 'teacher');
    const fitted = await keptTeacher(path, corpus, smallSettings);
    const written = readFileSync(path);
    expect((await keptTeacher(path, corpus, smallSettings)).draws).toEqual(fitted.draws);
    await keptTeacher(path, corpus, { ...smallSettings, seed: 2 });
    expect(readFileSync(path).equals(written)).toBe(false);
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
