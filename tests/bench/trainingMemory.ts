/**
 * Whether memory stays flat over the steps of a training run, in the app's own worker in Chromium on the processor:
 *   npx tsx tests/bench/trainingMemory.ts [head|lora|career|logit|bag-of-jobs] [steps]
 * Prints one JSON object: at every hundredth step, resident megabytes of the page's process (WebAssembly memory and all),
 * with the slope over the second half, in megabytes per 1,000 steps; megabytes of the page's and its worker's JavaScript
 * after a collection at the first and the last of them; and growth from the first to the last. Needs Linux, for /proc.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { chromiumArguments, findChromium } from '../../src/lab/chromium.ts';
import type { MemoryBench } from './memory/page.ts';

interface Look {
  step: number;
  residentMegabytes: number;
  /** Null where it was not measured: the browser takes a minute for it. */
  scriptMegabytes: number | null;
}

const kind = process.argv[2] ?? 'head';
const steps = Number(process.argv[3] ?? 1000);
const root = fileURLToPath(new URL('../..', import.meta.url));
const server = await createServer({
  root,
  configFile: `${root}vite.config.ts`,
  logLevel: 'error',
  server: { port: 0, hmr: false, watch: null },
});
await server.listen();
const executablePath = findChromium();
const browser = await chromium.launch({
  // Memory is measured when it is asked for, not at the next collection.
  args: [...chromiumArguments, '--enable-blink-features=ForceEagerMeasureMemory'],
  ...(executablePath !== null && { executablePath }),
});
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  const devtools = await browser.newBrowserCDPSession();
  const looks: Look[] = [];
  await page.exposeFunction('look', async (step: number) => {
    const isEnd = step === 100 || step === steps;
    const look = {
      step,
      residentMegabytes: await resident(),
      scriptMegabytes: isEnd ? await scriptMegabytes() : null,
    };
    console.error(JSON.stringify(look));
    looks.push(look);
  });
  await page.goto(`${server.resolvedUrls?.local[0] ?? ''}tests/bench/memory/index.html`);
  await page.waitForFunction(() => 'memoryBench' in globalThis);
  await page.evaluate(
    ([model, count]) =>
      (globalThis as unknown as { memoryBench: MemoryBench }).memoryBench.trainInHundreds(model, count),
    [kind, steps] as const,
  );
  const late = looks.slice(looks.length >> 1);
  const [first, last] = [looks[0], looks[looks.length - 1]];
  console.log(
    JSON.stringify({
      kind,
      looks,
      residentMegabytesPerThousandSteps: slope(
        late.map(({ step, residentMegabytes }) => [step, residentMegabytes]),
      ),
      growth: {
        resident: last.residentMegabytes / first.residentMegabytes,
        script: (last.scriptMegabytes ?? NaN) / (first.scriptMegabytes ?? NaN),
      },
    }),
  );

  async function scriptMegabytes(): Promise<number> {
    return page.evaluate(async () => {
      interface Measuring {
        measureUserAgentSpecificMemory(): Promise<{ bytes: number }>;
      }
      const { bytes } = await (performance as unknown as Measuring).measureUserAgentSpecificMemory();
      return bytes / 2 ** 20;
    });
  }

  /** Of the largest renderer: the page's. */
  async function resident(): Promise<number> {
    const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
    const sizes = processInfo
      .filter(({ type }) => type === 'renderer')
      .map(({ id }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0));
    return Math.max(...sizes) / 1024;
  }
} finally {
  await browser.close();
  await server.close();
}
process.exit(0);

/** Of the line through the points by least squares, for 1,000 steps. */
function slope(points: readonly [step: number, megabytes: number][]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(points.map(([step]) => step));
  const y = mean(points.map(([, megabytes]) => megabytes));
  const covariance = points.reduce((sum, [step, megabytes]) => sum + (step - x) * (megabytes - y), 0);
  const variance = points.reduce((sum, [step]) => sum + (step - x) ** 2, 0);
  return (1000 * covariance) / variance;
}
