/**
 * The response headers of every file of the built app: the one source for our server, for the
 * preview server and for `public/_headers` (a test asserts that they agree).
 */

/** `wasm-unsafe-eval` lets onnxruntime compile WebAssembly; it does not allow `eval`. */
const policy: Readonly<Record<string, readonly string[]>> = {
  'default-src': ["'none'"],
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  'worker-src': ["'self'"],
  'connect-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'style-src': ["'self'"],
  'font-src': ["'self'"],
  'manifest-src': ["'self'"],
  'form-action': ["'none'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
};

function written(directives: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(directives)
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join('; ');
}

export const contentSecurityPolicy = written(policy);

/** Where models come from: the hub, and the hosts that it sends the bytes of large files from. */
export interface HubHosts {
  /** Without a slash at its end. */
  origin: string;
  downloads: readonly string[];
}

/** As `public/hub.json` tells the models page. */
export const hubHosts: HubHosts = {
  origin: 'https://huggingface.co',
  downloads: ['https://*.huggingface.co', 'https://*.hf.co'],
};

/** The addresses of the models page; some hosts leave out the `.html`. */
const modelsPage: readonly string[] = ['/models.html', '/models'];

/**
 * The policy of a response by its path. The models page alone may ask a hub, and has no workers: careers are on the
 * other page, which may ask this server only.
 */
export function policyFor(path: string, hub: HubHosts = hubHosts): string {
  if (!modelsPage.includes(path)) return contentSecurityPolicy;
  return written({
    ...policy,
    'connect-src': ["'self'", hub.origin, ...hub.downloads],
    'worker-src': ["'none'"],
    'require-trusted-types-for': ["'script'"],
    // Svelte makes elements from its own templates through a policy of this name.
    'trusted-types': ['svelte-trusted-html'],
  });
}

/** Cross-origin isolation: without both, SharedArrayBuffer and with it WASM threads are off. */
export const isolationHeaders: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Sent with every response, worker scripts included: a worker has the policy of its own response. */
export const productionHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  ...isolationHeaders,
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Names under /assets/ hold a hash of their content; all else must be asked for again. */
export function cacheControl(path: string): string {
  return path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
}

/** The same policy in the `_headers` format of static hosts. */
export function headersFile(): string {
  const lines = Object.entries(productionHeaders).map(([name, value]) => `  ${name}: ${value}`);
  return [
    '/*',
    ...lines,
    `  Cache-Control: ${cacheControl('/')}`,
    '/assets/*',
    '  ! Cache-Control',
    `  Cache-Control: ${cacheControl('/assets/')}`,
    ...modelsPage.flatMap((path) => [
      path,
      '  ! Content-Security-Policy',
      `  Content-Security-Policy: ${policyFor(path)}`,
    ]),
    '',
  ].join('\n');
}
