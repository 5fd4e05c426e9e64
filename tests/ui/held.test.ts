import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseAnnouncement } from '../../src/ui/state/held/heldChannel.ts';
import { listenForHeld } from '../../src/ui/state/held/heldListener.ts';
import { tinyHeld } from '../fixtures/tinyHeld.ts';

afterEach(() => vi.unstubAllGlobals());

describe('what is heard', () => {
  const said = (model: unknown) => ({ tab: 'a tab', models: [model] });

  it('is believed to be an announcement only where it has the shape of one', () => {
    expect(parseAnnouncement(said(tinyHeld('one')))?.models.map(({ row }) => row.id)).toEqual(['one']);
    const bent: unknown[] = [
      null,
      'one',
      { models: [tinyHeld('one')] },
      said({ row: tinyHeld('one').row }),
      said({ ...tinyHeld('one'), files: { 'config.json': new Blob(['abc']) } }),
      said({ ...tinyHeld('one'), files: new Map([['config.json', 'abc']]) }),
      // A file that is missing, or as long as another one.
      said({ ...tinyHeld('one'), files: new Map() }),
      said(tinyHeld('one', 'abcd')),
      said({
        ...tinyHeld('one'),
        row: { ...tinyHeld('one').row, files: [{ path: 'config.json', bytes: 3, sha256: 'no' }] },
      }),
    ];
    expect(bent.map(parseAnnouncement)).toEqual(bent.map(() => null));
  });

  it('is not waited for where a browser has no channels', () => {
    vi.stubGlobal('BroadcastChannel', undefined);
    expect(listenForHeld(() => undefined)).not.toThrow();
  });
});
