/**
 * Asks the browser not to clear this origin's storage when the disk runs full. To be called when a person chose to
 * keep something here, never before: some browsers then ask the person. Only pages can ask, workers cannot.
 */
export async function requestPersistence(): Promise<boolean> {
  // Pages that are no secure context have no such property, whatever the types say.
  const { storage } = navigator as { storage?: StorageManager };
  if (!storage) return false;
  try {
    return (await storage.persisted()) ? true : await storage.persist();
  } catch {
    return false;
  }
}
