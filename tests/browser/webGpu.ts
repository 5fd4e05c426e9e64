import { server } from 'vitest/browser';

/** Debian's Firefox has no WebGPU; the Chromium of these tests always has, and what needs it fails where that is not so. */
export const hasWebGpu = server.browser !== 'firefox';

/** Why a test is skipped there. */
export const noWebGpu = 'This Firefox has no WebGPU.';
