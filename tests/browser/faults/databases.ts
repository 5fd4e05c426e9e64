import type { Page } from 'playwright';

/** What befalls IndexedDB from outside of the app. `page` is any page of the same origin. */
export type DatabaseName = 'onward-weights' | 'onward-careers';

/** A tab that keeps a database of an earlier release open, deaf to every request to let go: it blocks an upgrade. */
export async function holdEarlierVersion(page: Page, name: DatabaseName): Promise<void> {
  await page.evaluate(
    (database) =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open(database, 10);
        request.onsuccess = () => resolve();
        request.onerror = () => reject(new Error(String(request.error)));
      }),
    name,
  );
}

/** Deletes a database as a browser does that clears a site's data. */
export async function deleteDatabase(page: Page, name: DatabaseName): Promise<void> {
  await page.evaluate(
    (database) =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.deleteDatabase(database);
        request.onsuccess = () => resolve();
        request.onerror = () => reject(new Error(String(request.error)));
      }),
    name,
  );
}

/** Waits until a table has something in it. */
export async function waitForRow(page: Page, name: DatabaseName, table: string): Promise<void> {
  await page.evaluate(
    async ([database, store]) => {
      const answer = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(new Error(String(request.error)));
        });
      const open = await answer(indexedDB.open(database));
      while ((await answer(open.transaction(store).objectStore(store).count())) === 0)
        await new Promise((resolve) => setTimeout(resolve, 10));
      open.close();
    },
    [name, table] as const,
  );
}

/** Opens a database as a later release of the app would, and lets go of it again. */
export async function openLaterVersion(page: Page, name: DatabaseName): Promise<void> {
  await page.evaluate(
    (database) =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open(database, 1000);
        request.onsuccess = () => {
          request.result.close();
          resolve();
        };
        request.onerror = () => reject(new Error(String(request.error)));
      }),
    name,
  );
}

/**
 * Flips one bit of the first row of a table: in the middle of a blob or an array, in a letter of a text; or takes a field
 * away. `field`: where in the row, e.g. `state.theta`.
 */
export async function damageRow(
  page: Page,
  place: {
    database: DatabaseName;
    table: string;
    field: string;
    how: 'flip' | 'remove';
    row?: 'first' | 'last';
  },
): Promise<void> {
  await page.evaluate(async ({ database, table, field, how, row = 'first' }) => {
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error(String(request.error)));
      });
    const flipped = async (value: unknown): Promise<unknown> => {
      if (typeof value === 'string')
        return value.slice(0, -1) + String.fromCharCode(value.charCodeAt(value.length - 1) ^ 1);
      const bytes =
        value instanceof Blob
          ? new Uint8Array(await value.arrayBuffer())
          : new Uint8Array((value as Float32Array<ArrayBuffer>).buffer);
      bytes[bytes.length >> 1] ^= 1;
      return value instanceof Blob ? new Blob([bytes]) : value;
    };
    const open = await answer(indexedDB.open(database));
    const keys = await answer(open.transaction(table).objectStore(table).getAllKeys());
    const key = row === 'first' ? keys[0] : keys[keys.length - 1];
    const stored = (await answer(open.transaction(table).objectStore(table).get(key))) as Record<
      string,
      unknown
    >;
    const path = field.split('.');
    const last = path.pop() ?? '';
    const owner = path.reduce<Record<string, unknown>>(
      (at, name) => at[name] as Record<string, unknown>,
      stored,
    );
    if (how === 'flip') owner[last] = await flipped(owner[last]);
    else owner[last] = null;
    await answer(open.transaction(table, 'readwrite').objectStore(table).put(stored));
    open.close();
  }, place);
}

/** Empties a table. */
export async function clearTable(page: Page, database: DatabaseName, table: string): Promise<void> {
  await page.evaluate(
    ([name, store]) =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.open(name);
        request.onerror = () => reject(new Error(String(request.error)));
        request.onsuccess = () => {
          const transaction = request.result.transaction(store, 'readwrite');
          transaction.objectStore(store).clear();
          transaction.oncomplete = () => {
            request.result.close();
            resolve();
          };
        };
      }),
    [database, table] as const,
  );
}
