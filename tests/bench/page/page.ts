/** Runs the measurements in workers, one after the other, and shows the answer. */
const rounds = 8;

const isOnProcessor = new URLSearchParams(location.search).get('device') !== 'webgpu';
const scoring = await titleScoring();
const threads = isOnProcessor ? await oneThreadAgainstMore() : null;
const output = document.querySelector('output');
if (output) output.textContent = JSON.stringify({ ...scoring, threads }, null, 1);

function titleScoring(): Promise<object> {
  const worker = new Worker(new URL('./scoring.worker.ts', import.meta.url), { type: 'module' });
  return new Promise((resolve) => {
    worker.addEventListener('message', ({ data }: MessageEvent<{ progress?: string }>) => {
      if (data.progress === undefined) {
        worker.terminate();
        resolve(data);
      } else console.info(data.progress);
    });
    failing(worker);
    worker.postMessage(location.search);
  });
}

/** The full distribution after 20 records, in turns, so that other work on the machine hits both alike. */
async function oneThreadAgainstMore(): Promise<object> {
  console.info('one thread against more');
  const [one, more] = [threadsWorker(), threadsWorker()];
  await one(1);
  const most = await more(4);
  let [oneMs, moreMs] = [Infinity, Infinity];
  for (let round = 0; round < rounds; round++) {
    oneMs = Math.min(oneMs, await one(0));
    moreMs = Math.min(moreMs, await more(0));
  }
  return { records: 20, most, oneMs, moreMs, timesFaster: oneMs / moreMs };
}

function threadsWorker(): (message: number) => Promise<number> {
  const worker = new Worker(new URL('./threads.worker.ts', import.meta.url), { type: 'module' });
  failing(worker);
  return (message) =>
    new Promise((resolve) => {
      worker.addEventListener('message', ({ data }: MessageEvent<number>) => resolve(data), { once: true });
      worker.postMessage(message);
    });
}

function failing(worker: Worker): void {
  worker.addEventListener('error', ({ message }) => {
    throw new Error(message || 'A worker did not load.');
  });
}
