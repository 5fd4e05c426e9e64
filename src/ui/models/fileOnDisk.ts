interface FilePicker {
  showSaveFilePicker?: (options: {
    suggestedName: string;
    types: { description: string; accept: Record<string, string[]> }[];
  }) => Promise<FileSystemFileHandle>;
}

/** Where an archive may go: a file that the person chose, the browser's own downloads, or nowhere after all. */
export type ArchivePlace = WritableStream<Uint8Array> | 'downloads' | null;

/** Asks for a place, where the browser lets a page write into a file; there, nothing is held in memory. */
export async function archivePlace(suggestedName: string): Promise<ArchivePlace> {
  const { showSaveFilePicker } = globalThis as FilePicker;
  if (!showSaveFilePicker) return 'downloads';
  const types = [{ description: 'ZIP archive', accept: { 'application/zip': ['.zip'] } }];
  try {
    const handle = await showSaveFilePicker({ suggestedName, types });
    return await handle.createWritable();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    return 'downloads';
  }
}
