import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readCareerFiles } from '../../../src/career/index.ts';
import { splitPanel, syntheticPanel } from '../../../src/evaluation/index.ts';
import { careerFilesArchive } from '../../../src/workbench/cluster/careerFilesArchive.ts';

const { careers, list } = syntheticPanel({ people: 60, seed: 2, occupations: 6 });
const split = splitPanel(careers, { seed: 1 });
const packed = () => new Uint8Array(Buffer.concat([...careerFilesArchive(split)]));

describe('a panel as CAREER’s files', () => {
  it('is read again as the same splits, jobs and years', () => {
    const files = Object.entries(unzipSync(packed()));
    const { splits, problems } = readCareerFiles(
      files.map(([name, content]) => ({ name, content: strFromU8(content) })),
      { occupations: list.occupations, presentYear: 2026 },
    );
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    for (const [name, part] of [
      ['train', split.fitting],
      ['valid', split.tuning],
      ['test', split.test],
    ] as const) {
      const steps = (people: typeof careers) =>
        people.map(({ observations }) =>
          observations.map(({ year, occupationCode }) => [year, occupationCode]),
        );
      expect(steps(splits[name] ?? [])).toEqual(steps(part));
    }
  });

  it('is the same bytes again, and nothing where nobody is to learn from', () => {
    expect(packed()).toEqual(packed());
    expect(() => [...careerFilesArchive({ ...split, fitting: [] })]).toThrow(/nobody to learn from/);
  });
});
