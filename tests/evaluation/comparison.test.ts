import { describe, expect, it } from 'vitest';
import {
  comparisonCsv,
  compareModels,
  type ComparisonReport,
  evaluate,
  fitBaseline,
  type ModelScores,
  pairedDifference,
  reliabilityCsv,
} from '../../src/evaluation/index.ts';
import { AppError } from '../../src/platform/index.ts';
import { career, randomPanel, smallList } from './smallPanel.ts';

const training = randomPanel(200, 1);
const panel = [
  ...randomPanel(80, 2),
  ...Array.from({ length: 9 }, (_, i) => career(`X${i}`, ['a', 'b'], { sex: 'another', birthYear: 1950 })),
];
const scoresOf = (name: 'unigram' | 'transitions'): ModelScores => {
  const model = fitBaseline(name, training, smallList);
  return { name, scores: panel.map((person) => model.scoreCareer(person)) };
};
const models = [scoresOf('transitions'), scoresOf('unigram')];
const report = compareModels(panel, models, { draws: 60 });
const difference = (from: Pick<ComparisonReport, 'differences'>, wanted: string) =>
  from.differences.find(({ metric }) => metric === wanted);

describe('a comparison of models', () => {
  it('says of each what a report of its own says', () => {
    models.forEach(({ name, scores }, m) => {
      const { standardErrors, reliability, counts, ...alone } = evaluate(panel, scores, { draws: 60 });
      expect(report.models[m].name).toBe(name);
      expect(alone).toMatchObject(report.models[m].metrics);
      expect(report.models[m].standardErrors).toEqual(standardErrors);
      expect(report.reliability[m]).toEqual(reliability);
      expect(report.counts).toEqual(counts);
    });
  });

  it('pairs the models draw by draw, in every metric', () => {
    const perplexity = difference(report, 'perplexity');
    expect(perplexity).toMatchObject({ first: 'transitions', second: 'unigram', shareBetter: 1 });
    expect(perplexity).toMatchObject(
      pairedDifference(panel, models[0].scores, models[1].scores, { draws: 60 }),
    );
    const top1 = difference(report, 'top1');
    expect(top1?.difference).toBeGreaterThan(0);
    expect(top1?.shareBetter).toBe(1);
  });

  it('measures all on what all have scored', () => {
    const gap = {
      name: 'gap',
      scores: models[1].scores.map((score) => ({ ...score, logProbs: score.logProbs.with(1, NaN) })),
    };
    const common = compareModels(panel, [models[0], gap], { draws: 0 });
    expect(common.counts.unscored).toBe(panel.length);
    expect(common.counts.observations).toBe(report.counts.observations - panel.length);
    expect(common.models[0].metrics.perplexity).not.toBe(report.models[0].metrics.perplexity);
    expect(difference(common, 'perplexity')).toMatchObject({ standardError: null, shareBetter: null });
  });

  it('repeats with its seed and survives JSON', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    const options = { draws: 20, subgroupings: [] };
    expect(compareModels(panel, models, options)).toEqual(compareModels(panel, models, options));
    const other = compareModels(panel, models, { ...options, seed: 1 });
    expect(other.models[0].standardErrors).not.toEqual(report.models[0].standardErrors);
  });

  it('refuses scores of other people', () => {
    expect(() => compareModels(panel.slice(1), models)).toThrow(AppError);
  });
});

describe('subgroups', () => {
  const groupsBy = (wanted: string) =>
    report.subgroups.filter(({ by }) => by === wanted).map(({ group }) => group);

  it('are reported as if they were alone', () => {
    const women = panel.flatMap(({ sex }, p) => (sex === 'female' ? [p] : []));
    const alone = compareModels(
      women.map((p) => panel[p]),
      models.map(({ name, scores }) => ({ name, scores: women.map((p) => scores[p]) })),
      { draws: 60, subgroupings: [] },
    );
    const group = report.subgroups.find((each) => each.group === 'female');
    expect(group?.models).toEqual(alone.models);
    expect(group?.counts).toEqual(alone.counts);
    expect(difference(group ?? report, 'perplexity')).toEqual(difference(alone, 'perplexity'));
  });

  it('are withheld where fewer than ten people are in them', () => {
    expect(groupsBy('sex')).toEqual(['female', 'male']);
    expect(report.withheld).toContainEqual({ by: 'sex', group: 'another' });
    expect(report.withheld).toContainEqual({ by: 'birth cohort', group: '1950–1959' });
    expect(JSON.stringify(report.subgroups)).not.toContain('another');
  });

  it('cut every observation once, by what is known at it', () => {
    for (const by of ['age', 'education', 'earlier observations']) {
      const shown = report.subgroups.filter((each) => each.by === by);
      const total = shown.reduce((sum, { counts }) => sum + counts.observations, 0);
      const isWhole = !report.withheld.some((each) => each.by === by);
      if (isWhole) expect(total, by).toBe(report.counts.observations);
      else expect(total, by).toBeLessThan(report.counts.observations);
    }
    expect(groupsBy('earlier observations')).toEqual(['0', '1–2', '3–5', '6–10', '11 and more']);
    expect(groupsBy('age')).toEqual(['20–24', '25–29', '30–34']);
    expect(groupsBy('region')).toEqual(['unknown']);
  });
});

describe('exports', () => {
  it('hold every number in one long table', () => {
    const [header, ...rows] = comparisonCsv(report)
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));
    expect(header).toEqual(
      'model,compared_with,metric,subgroup,people,observations,value,standard_error'.split(','),
    );
    expect(rows).toHaveLength(18 * 3 + report.subgroups.length * (18 * 2 + 1));
    const { metrics, standardErrors } = report.models[0];
    expect(rows[0].slice(0, 4)).toEqual(['transitions', '', 'perplexity', 'all']);
    expect(Number(rows[0][6])).toBeCloseTo(metrics.perplexity ?? NaN, 6);
    expect(Number(rows[0][7])).toBeCloseTo(standardErrors.perplexity ?? NaN, 6);
    const numbers = rows.flatMap((row) => row.slice(4)).filter((cell) => cell !== '');
    expect(numbers.every((cell) => /^-?\d+(\.\d+)?$/.test(cell))).toBe(true);
    expect(rows.some(([, , , subgroup]) => subgroup === 'sex: female')).toBe(true);
  });

  it('hold the calibration curves', () => {
    const lines = reliabilityCsv(report).trim().split('\r\n');
    const bins = report.reliability.flatMap(({ move, leaveWork, top1 }) => [...move, ...leaveWork, ...top1]);
    expect(lines).toHaveLength(1 + bins.length);
  });
});
