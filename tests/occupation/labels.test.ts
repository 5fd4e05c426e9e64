import { describe, expect, it } from 'vitest';
import { labelled, occ1990dd } from '../../src/occupation/index.ts';

const all = occ1990dd.occupations.map((occupation) => ({ ...occupation, ...labelled(occupation) }));

describe('plain labels', () => {
  it('are there for every occupation, short, and told apart', () => {
    expect(new Set(all.map(({ label }) => label)).size).toBe(333);
    for (const { label, code } of all) {
      expect(label.length, code).toBeLessThanOrEqual(45);
      expect(label, code).toMatch(/^[A-Z]/);
      expect(label, code).not.toMatch(/n\.e\.c|nec\b|misc\b|etc\b|exc\b|allocated|\//i);
    }
  });

  it('come with at most three examples, each of one occupation only', () => {
    const examples = all.flatMap((each) => each.examples);
    expect(new Set(examples).size).toBe(examples.length);
    expect(examples.length).toBeGreaterThan(500);
    for (const each of all) expect(each.examples.length, each.code).toBeLessThanOrEqual(3);
    const folded = (words: string) => words.toLowerCase().replace(/s$/, '');
    const byLabel = new Map(all.map(({ label, code }) => [folded(label), code]));
    for (const each of all)
      for (const example of each.examples)
        expect(byLabel.get(folded(example)) ?? each.code, example).toBe(each.code);
  });

  it('say what people say', () => {
    const byCode = new Map(all.map((each) => [each.code, each]));
    expect(byCode.get('22')?.label).toBe('Managers, other');
    expect(byCode.get('95')?.examples).toContain('registered nurse');
    expect(byCode.get('804')?.examples).toContain('truck driver');
    expect(byCode.get('not_working')).toMatchObject({ label: 'Not working', examples: [] });
  });

  it('leave other lists as they are, whatever their codes', () => {
    expect(labelled({ code: '22', title: 'Owls' })).toEqual({ label: 'Owls', examples: [] });
  });
});
