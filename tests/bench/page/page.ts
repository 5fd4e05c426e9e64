/** Starts the measurement in a worker and shows its answer. */
const worker = new Worker(new URL('./scoring.worker.ts', import.meta.url), { type: 'module' });
worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const output = document.querySelector('output');
  if (output) output.textContent = JSON.stringify(data, null, 1);
});
worker.addEventListener('error', ({ message }) => {
  throw new Error(message);
});
worker.postMessage(location.search);
