import type { Page } from 'playwright';

/** Asks the hub about a model by its name. */
export async function choose(on: Page, name: string): Promise<void> {
  await on.getByLabel('Any other model, by its name on the hub').fill(name);
  await on.getByRole('button', { name: 'Choose it' }).click();
}

/** The list of what is stored. */
export const stored = (on: Page) => on.getByRole('list', { name: 'Stored models' });

/** Rows of every table of the weights database that has any. */
export async function rowCounts(on: Page): Promise<Record<string, number>> {
  return on.evaluate(async () => {
    const opened = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('onward-weights');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(new Error('no database'));
    });
    const counts: Record<string, number> = {};
    for (const name of opened.objectStoreNames) {
      const count = await new Promise<number>((resolve) => {
        const request = opened.transaction(name).objectStore(name).count();
        request.onsuccess = () => resolve(request.result);
      });
      if (count > 0) counts[name] = count;
    }
    opened.close();
    return counts;
  });
}
