import { describe, expect, it } from 'vitest';
import { endingInWords } from '../../../src/ui/learn/words.ts';
import { runDifferences } from '../../../src/ui/learn/train/runDifferences.ts';
import { settingsIn, settingsProblem, withSetting } from '../../../src/ui/learn/train/settingFields.ts';
import type { RunSummary, StoredSettings } from '../../../src/worker/index.ts';

const career: StoredSettings = {
  kind: 'career',
  seed: 1,
  epochs: 20,
  patience: 4,
  learningRate: 1e-3,
  warmupSteps: 20,
  decay: 'linear',
  weightDecay: 0.1,
  clipNorm: 1,
  averaging: 0.997,
  hiddenSize: 64,
  layers: 2,
  heads: 2,
  intermediateSize: 256,
  dropout: 0.35,
  ownHistory: false,
  batchSize: 16,
  pretrained: null,
};

function run(name: string, settings: RunSummary['settings']): RunSummary {
  return {
    id: name,
    name,
    notes: '',
    settings,
    panel: { id: 'p', name: 'people', fittingPeople: 70, tuningPeople: 10 },
    hasPanel: true,
    phase: 'finished',
    reason: null,
    step: 1,
    totalSteps: 1,
    epochs: [],
    bestEpoch: null,
    seconds: 1,
    hasAdapter: true,
    createdAt: 0,
    keptAt: null,
    notKept: null,
  };
}

describe('settings', () => {
  it('are all shown, and one at a time changed', () => {
    expect(
      settingsIn(career)
        .map(([name]) => name)
        .toSorted(),
    ).toEqual(
      Object.keys(career)
        .filter((name) => name !== 'kind')
        .toSorted(),
    );
    expect(withSetting(career, 'epochs', 3)).toEqual({ ...career, epochs: 3 });
  });

  it('that cannot be trained with are told', () => {
    expect(settingsProblem(career)).toBeNull();
    expect(settingsProblem({ ...career, epochs: 0 })).toContain('Epochs at most');
    expect(settingsProblem({ ...career, epochs: 2.5 })).toContain('whole number');
    expect(settingsProblem({ ...career, learningRate: NaN })).toContain('Write a number');
    expect(settingsProblem({ ...career, heads: 3 })).toContain('multiple');
  });
});

describe('two runs', () => {
  it('are told apart by what they do not share', () => {
    expect(runDifferences(run('a', career), run('b', { ...career }))).toEqual([]);
    expect(runDifferences(run('a', career), run('b', { ...career, seed: 2, ownHistory: true }))).toEqual([
      {
        label: 'Also uses the person’s past jobs and their order (not in the published model)',
        first: 'no',
        second: 'yes',
      },
      { label: 'Seed', first: '1', second: '2' },
    ]);
  });
});

describe('the ending of a run', () => {
  it('is said where it finished early, and only there', () => {
    const finished = run('a', { ...career, patience: 6 });
    expect(endingInWords({ ...finished, ending: 'patience' })).toBe('stopped: no better for 6 epochs');
    const impatient = run('b', { ...career, patience: 1 });
    expect(endingInWords({ ...impatient, ending: 'patience' })).toBe('stopped: no better for 1 epoch');
    expect(endingInWords({ ...finished, ending: 'epochs' })).toBeNull();
    // Of an earlier release.
    expect(endingInWords(finished)).toBeNull();
  });
});
