import { describe, expect, it } from 'vitest';
import { changedSettings } from '../../src/lab/page/changedSettings.ts';
import { defaultSettings } from '../../src/predictors/index.ts';

const counts = { people: 100, observations: 1000 };
const usual = defaultSettings('career', { parts: { fitting: counts, tuning: counts, test: counts } });

describe('settings on the command line', () => {
  it('replace the usual ones', () => {
    const changes = { epochs: 3, decay: 'cosine', ownHistory: true, pretrained: 'shipped/career' };
    expect(changedSettings(usual, changes)).toEqual({ ...usual, ...changes });
  });

  it.each([
    [{ epoch: 2 }, /has no setting “epoch”: epochs,/],
    [{ kind: 'head' }, /has no setting “kind”/],
    [{ epochs: 'many' }, /“epochs” takes a number, not “many”/],
    [{ epochs: 1.5 }, /“epochs” takes a whole number/],
    [{ dropout: 2 }, /“dropout” takes a number from 0 to 0.9/],
    [{ decay: 'steep' }, /“decay” takes one of linear, cosine/],
    [{ ownHistory: 'yes' }, /“ownHistory” takes one of true, false/],
    [{ hiddenSize: 15, heads: 2 }, /do not fit together \(setting_width_of_heads\)/],
  ])('are refused as the form refuses them: %j', (changes, words) => {
    expect(() => changedSettings(usual, changes)).toThrow(words);
  });
});
