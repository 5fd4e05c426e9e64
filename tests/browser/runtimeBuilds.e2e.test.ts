import type { Browser, Page } from 'playwright';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { launchChromium } from './launch.ts';

// Two busy cores need minutes for the shaders of a software GPU.
const patience = 300_000;
vi.setConfig({ testTimeout: 2 * patience, hookTimeout: patience });

/** The program and its glue. */
const processorBuild = ['ort-wasm-simd-threaded', 'ort.wasm.bundle.min'];
const gpuBuild = ['ort-wasm-simd-threaded.asyncify', 'ort.webgpu.bundle.min'];

let browser: Browser | undefined;
afterEach(() => browser?.close());

/** Opens the page until it asks for weights, so that its device is chosen: every file of onnxruntime that was fetched. */
async function firstVisit(options: { hasWebGpu: boolean }): Promise<{ page: Page; files: string[] }> {
  browser = await launchChromium([], options);
  const page = await browser.newPage();
  page.setDefaultTimeout(patience);
  const files = new Set<string>();
  page.on('request', (request) => {
    const [, file] = /\/(ort[\w.-]*?)(?:-[\w-]{8})?\.(?:m?js|wasm)$/.exec(request.url()) ?? [];
    if (file) files.add(file);
  });
  const weightsAsked = page.waitForRequest((request) => request.url().endsWith('.onnx'));
  await page.goto(inject('appUrl'));
  await weightsAsked;
  return { page, files: [...files].sort() };
}

describe('of the builds of onnxruntime, a first visit downloads', () => {
  it('the small one alone where there is no WebGPU', async () => {
    const { page, files } = await firstVisit({ hasWebGpu: false });
    expect(files).toEqual(processorBuild);
    await page.getByText('Runs on your processor').waitFor();
  });

  it('the one for WebGPU alone where that gives right answers', async () => {
    const { page, files } = await firstVisit({ hasWebGpu: true });
    if (files.length === gpuBuild.length) {
      expect(files).toEqual(gpuBuild);
      return;
    }
    // On a busy machine a software GPU is too slow: then, and only then, the processor's build comes after it.
    expect(files).toEqual([...gpuBuild, ...processorBuild].sort());
    await page.getByText('Runs on your processor').waitFor();
    await page.getByText('Why this one?').click();
    expect(await page.locator('details[open]').first().innerText()).toContain('no answer within');
  });
});
