import { expect, it } from 'vitest';
import { SavedCareers } from '../../src/ui/state/savedCareers.svelte.ts';
import type { StoredQueries } from '../../src/storage/index.ts';
import type { OnwardWorker } from '../../src/worker/index.ts';

const history = { personId: 'me', population: 'NLSY97 dataset', observations: [] };
const next = { year: 2002, education: null };

it('what was said of the last save is unsaid while the next one is at work', async () => {
  let finish: () => void = () => undefined;
  const worker = {
    saveCareer: () =>
      new Promise((resolve) => {
        finish = () => resolve({ id: 'career', name: 'Mine', history, next, savedAt: 1 });
      }),
  };
  const stored = { listCareers: () => Promise.resolve([]), report: () => Promise.reject(new Error('none')) };
  const saved = new SavedCareers(worker as unknown as OnwardWorker, () =>
    Promise.resolve(stored as unknown as StoredQueries),
  );
  for (let time = 0; time < 2; time++) {
    const saving = saved.save('Mine', history, next);
    // The worker has been asked by then.
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(saved.message).toBe('');
    finish();
    await saving;
    expect(saved.message).toContain('Saved “Mine” on this device.');
  }
});
