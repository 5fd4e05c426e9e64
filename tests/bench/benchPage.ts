import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright';
import { createServer } from 'vite';
import { chromiumArguments, findChromium } from '../../src/lab/chromium.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface BenchPage {
  page: Page;
  /** Where the project is served, with a slash at the end. */
  address: string;
  readonly close: () => Promise<void>;
}

/** An empty page of Chromium beside a server of the project, whose sources stay as they were when it began. */
export async function openBenchPage({ hasWebGpu = true } = {}): Promise<BenchPage> {
  const server = await createServer({
    root,
    configFile: `${root}vite.config.ts`,
    logLevel: 'error',
    // Another program that touches a source must not reload the page in the middle of the measurement.
    server: { port: 0, hmr: false, watch: null },
  });
  await server.listen();
  const executablePath = findChromium();
  const browser = await chromium.launch({
    args: chromiumArguments.filter((argument) => hasWebGpu || argument !== '--enable-unsafe-webgpu'),
    ...(executablePath !== null && { executablePath }),
  });
  return {
    page: await browser.newPage(),
    address: server.resolvedUrls?.local[0] ?? '',
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}
