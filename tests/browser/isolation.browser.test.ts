import { describe, expect, it } from 'vitest';
import { hasWebGpu, noWebGpu } from './webGpu.ts';

describe('the browser that the tests run in', () => {
  it('is cross-origin isolated', () => {
    expect(crossOriginIsolated).toBe(true);
  });

  it('has a WebGPU adapter', async ({ skip }) => {
    skip(!hasWebGpu, noWebGpu);
    expect(await navigator.gpu.requestAdapter()).not.toBeNull();
  });
});
