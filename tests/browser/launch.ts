import { chromium } from 'playwright';
import { inject } from 'vitest';
import type { Browser } from 'playwright';
import { chromiumArguments, findChromium, missingChromium } from '../../src/lab/index.ts';

// Chromium's autofill asks its own server about every page with fields; here it asks a closed port instead.
const autofillArgument = '--autofill-server-url=http://127.0.0.1:9/';

/** A headless Chromium with software WebGPU for e2e tests; whoever launches it closes it. */
export async function launchChromium(
  extraArguments: readonly string[] = [],
  { outboundArgument = inject('outboundArgument'), hasWebGpu = true } = {},
): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error(missingChromium);
  const args = [...chromiumArguments, autofillArgument, outboundArgument, ...extraArguments].filter(
    (argument) => hasWebGpu || argument !== '--enable-unsafe-webgpu',
  );
  return chromium.launch({ executablePath, headless: true, args });
}
