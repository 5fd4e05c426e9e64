/**
 * Asks the browser not to clear this origin's storage when the disk runs full. To be called when a person chose to
 * keep something here, never before: some browsers then ask the person. Only pages can ask, workers cannot.
 * `patienceMs`: after so long without an answer there is no promise; Firefox says nothing until the person has answered it.
 */
export async function requestPersistence(patienceMs?: number): Promise<boolean> {
  // Pages that are no secure context have no such property, whatever the types say.
  const { storage } = navigator as { storage?: StorageManager };
  if (!storage) return false;
  try {
    if (await storage.persisted()) return true;
    const promise = storage.persist();
    if (patienceMs === undefined) return await promise;
    const silence = new Promise<boolean>((resolve) => setTimeout(resolve, patienceMs, false));
    return await Promise.race([promise, silence]);
  } catch {
    return false;
  }
}

/** Milliseconds that word of something stored waits for the browser's promise. */
export const shortPatience = 1000;
