import { describe, expect, it } from 'vitest';

describe('the browser that the tests run in', () => {
  it('is cross-origin isolated and has a WebGPU adapter', async () => {
    expect(crossOriginIsolated).toBe(true);
    expect(await navigator.gpu.requestAdapter()).not.toBeNull();
  });
});
