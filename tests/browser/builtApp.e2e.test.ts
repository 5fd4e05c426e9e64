import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Browser } from 'playwright';
import { productionHeaders, projectRoot } from '../../src/lab/index.ts';
import { launchChromium } from './launch.ts';

const appUrl = inject('appUrl');
const assets = () => readdirSync(join(projectRoot, 'dist/assets'));
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe('the built app', () => {
  it('opens isolated, without an error and without breaking its own policy', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) complaints.push(message.text());
    });
    await page.goto(appUrl, { waitUntil: 'load' });
    await page.waitForTimeout(2000);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('is all there: every asset that page and worker name can be fetched', async () => {
    const page = await browser.newPage();
    const failed: string[] = [];
    page.on('response', (response) => {
      if (response.status() >= 400 && !response.url().includes('/models/')) failed.push(response.url());
    });
    // Until the worker has begun to load the model.
    const modelAsked = page.waitForResponse((response) => response.url().includes('/models/'));
    await page.goto(appUrl, { waitUntil: 'load' });
    await modelAsked;
    expect(failed).toEqual([]);
    await page.close();
  });

  it('is a secure context and cannot reach another origin', async () => {
    const page = await browser.newPage();
    await page.goto(appUrl);
    const outcome = await page.evaluate(async () => ({
      isSecure: isSecureContext,
      reached: await fetch('https://reach.example.com/').then(
        () => true,
        () => false,
      ),
    }));
    expect(outcome).toEqual({ isSecure: true, reached: false });
    await page.close();
  });

  it('sends the policy with worker scripts and WebAssembly', async () => {
    const names = assets().filter((name) => /\.(m?js|wasm)$/.test(name));
    expect(names.some((name) => name.endsWith('.wasm'))).toBe(true);
    for (const name of names) {
      const { headers, status } = await fetch(`${appUrl}assets/${name}`, { method: 'HEAD' });
      expect(status).toBe(200);
      for (const [header, value] of Object.entries(productionHeaders(`/assets/${name}`)))
        expect(headers.get(header)).toBe(value);
    }
  });

  it('holds each onnxruntime build at most once, and only builds that are loaded on purpose', () => {
    const builds = assets()
      .filter((name) => name.endsWith('.wasm'))
      .map((name) => name.replace(/-[\w-]{8}\.wasm$/, ''));
    expect([...builds].sort()).toEqual(['ort-wasm-simd-threaded', 'ort-wasm-simd-threaded.asyncify']);
  });

  it('answers a missing model file with 404', async () => {
    expect((await fetch(`${appUrl}models/nothing.json`)).status).toBe(404);
    expect((await fetch(`${appUrl}models/recipe/build.ts`)).status).toBe(404);
  });
});
