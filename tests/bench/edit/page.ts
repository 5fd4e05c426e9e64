import type { EditFigures } from './edit.worker.ts';

/** Measures in a worker, as the app predicts in one. */
function measureEdits(edits: number): Promise<EditFigures> {
  const worker = new Worker(new URL('./edit.worker.ts', import.meta.url), { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<EditFigures | { error: string }>) => {
      if ('error' in data) reject(new Error(data.error));
      else resolve(data);
      worker.terminate();
    };
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage({ edits, models: `${location.origin}/models/` });
  });
}

(globalThis as { measureEdits?: typeof measureEdits }).measureEdits = measureEdits;
