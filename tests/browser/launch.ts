import { type Browser, type BrowserContext, chromium } from 'playwright';
import { inject } from 'vitest';
import { chromiumArguments, findChromium, missingChromium } from '../../src/lab/index.ts';

// Chromium's autofill asks its own server about every page with fields; here it asks a closed port instead.
const autofillArgument = '--autofill-server-url=http://127.0.0.1:9/';

export interface LaunchOptions {
  outboundArgument?: string;
  hasWebGpu?: boolean;
}

/** Program and arguments of a headless Chromium for tests. Throws where there is none. */
export function launchOptions(
  extraArguments: readonly string[],
  { outboundArgument = inject('outboundArgument'), hasWebGpu = true }: LaunchOptions,
) {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error(missingChromium);
  const args = [...chromiumArguments, autofillArgument, outboundArgument, ...extraArguments].filter(
    (argument) => hasWebGpu || argument !== '--enable-unsafe-webgpu',
  );
  return { executablePath, headless: true, args };
}

/** A headless Chromium with software WebGPU for e2e tests; whoever launches it closes it. */
export function launchChromium(
  extraArguments: readonly string[] = [],
  options: LaunchOptions = {},
): Promise<Browser> {
  return chromium.launch(launchOptions(extraArguments, options));
}

/** The same with a profile that outlives it: launched again on the same folder, it is the next session of one person. */
export function launchProfile(folder: string, options: LaunchOptions = {}): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, launchOptions([], options));
}
