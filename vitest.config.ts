import { existsSync, readFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumArguments, findChromium } from './src/lab/chromium.ts';
import { isolationHeaders } from './src/lab/headers.ts';
import { modelFiles } from './src/lab/modelFiles.ts';
import { recordOutbound } from './src/lab/outbound.ts';
import { findFirefox } from './tests/browser/firefox.ts';
import { firefoxProvider } from './tests/browser/firefoxProvider.ts';
import { FakeHub } from './tests/fixtures/hub/fakeHub.ts';
import { exportRepository } from './tests/fixtures/hub/repository.ts';

const executablePath = findChromium();
const outbound = await recordOutbound();
/** For tests within a page, which can start no server: they set its faults over HTTP. */
const hub = await FakeHub.start(exportRepository());
/** Careers of another population beside the project: not ours to ship, so some tests do without. */
const youngWomen = new URL('../shared/data/other-careers/young_women_1968_1988.csv.gz', import.meta.url);
const provide = {
  outboundUrl: outbound.url,
  outboundArgument: outbound.chromiumArgument,
  hubUrl: hub.url,
  youngWomen: existsSync(youngWomen) ? readFileSync(youngWomen).toString('base64') : null,
};

/** How the app's own source is served to tests that run in a page. */
const page = {
  plugins: [svelte(), modelFiles()],
  server: { headers: isolationHeaders },
  optimizeDeps: {
    exclude: ['onnxruntime-web', '@huggingface/transformers'],
    // Known beforehand: a package found while tests run makes Vite reload the page under them.
    include: [
      '@huggingface/tokenizers',
      'comlink',
      'dexie',
      'bits-ui',
      'layerchart/svg',
      'fflate',
      'papaparse',
      'valibot',
      'hash-wasm',
      '@zip.js/zip.js/lib/zip-core-native.js',
    ],
  },
  worker: { format: 'es' as const },
};
/** What the page does at once can take seconds on two busy cores, and Vitest's own patience is one. */
const patient = { poll: { timeout: 30_000, interval: 100 } };
const testsInPage = {
  include: ['tests/browser/**/*.browser.test.ts'],
  setupFiles: ['tests/browser/hermetic.ts'],
  provide,
  fileParallelism: false,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: patient,
};
const inBrowser = { enabled: true, headless: true, screenshotFailures: false };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/browser/**', 'tests/ui/state/**'],
          testTimeout: 60_000,
        },
      },
      {
        // State of the page, without a page: runes are compiled as for a browser.
        plugins: [svelte()],
        resolve: { conditions: ['browser'] },
        test: {
          name: 'state',
          environment: 'node',
          include: ['tests/ui/state/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        ...page,
        test: {
          ...testsInPage,
          name: 'browser',
          browser: {
            ...inBrowser,
            provider: playwright({
              launchOptions: {
                ...(executablePath === null ? {} : { executablePath }),
                args: [...chromiumArguments, outbound.chromiumArgument],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      ...(findFirefox() === null
        ? []
        : [
            {
              ...page,
              test: {
                ...testsInPage,
                name: 'firefox',
                // Of a graphics device, and of the same code as `learning` for minutes.
                exclude: ['tests/browser/faults/**', 'tests/browser/transfer.browser.test.ts'],
                browser: {
                  ...inBrowser,
                  provider: firefoxProvider(outbound.url),
                  instances: [{ browser: 'firefox' as const }],
                },
              },
            },
          ]),
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['tests/browser/**/*.e2e.test.ts'],
          globalSetup: ['tests/browser/serveBuiltApp.ts'],
          setupFiles: ['tests/browser/hermetic.ts'],
          provide,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
          expect: patient,
        },
      },
    ],
  },
});
