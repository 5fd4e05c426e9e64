/**
 * The response headers of every file of the built app: the one source for our server, for the preview server, for
 * `public/_headers` (a test asserts that they agree) and for the service worker, which gives them to files of
 * hosts that send none.
 */
import { headersFor, type HeaderRule } from '../shell/index.ts';

/** A content policy: sources by directive. */
type Policy = Readonly<Record<string, readonly string[]>>;

/**
 * Of pages with careers and of worker scripts: a worker has the policy of its own response. `wasm-unsafe-eval` lets
 * onnxruntime compile WebAssembly; it does not allow `eval`. The Trusted Types policy `default` lets a realm begin
 * workers from our own files.
 */
const scriptPolicy: Policy = {
  'default-src': ["'none'"],
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  'worker-src': ["'self'"],
  'connect-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'style-src': ["'self'"],
  'manifest-src': ["'self'"],
  'form-action': ["'none'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
  'require-trusted-types-for': ["'script'"],
  'trusted-types': ['default'],
};

/** Svelte makes elements from its own templates through a Trusted Types policy of this name. */
const pagePolicy: Policy = { ...scriptPolicy, 'trusted-types': ['default', 'svelte-trusted-html'] };

/** The page cannot connect anywhere, not even to where it came from. */
function sealed(policy: Policy): Policy {
  return { ...policy, 'connect-src': ["'none'"] };
}

/** What a policy reads like in a header. */
export function policyText(policy: Policy): string {
  return Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join('; ');
}

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

/** Some hosts leave out the `.html`. */
const modelsPages = ['/models.html', '/models'];

/** The models page alone may ask a hub, and has no workers: careers are on the other page, which may ask this server only. */
function modelsPolicy({ origin, downloads }: HubHosts): Policy {
  return {
    ...scriptPolicy,
    'connect-src': ["'self'", origin, ...downloads],
    'worker-src': ["'none'"],
    'trusted-types': ['svelte-trusted-html'],
  };
}

/** Cross-origin isolation: without both, SharedArrayBuffer and with it WASM threads are off. */
export const isolationHeaders: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

function rule(pattern: string, policy: Policy, canBeSealed = true): HeaderRule {
  return {
    pattern,
    headers: {
      'Content-Security-Policy': policyText(policy),
      ...isolationHeaders,
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'X-DNS-Prefetch-Control': 'off',
    },
    sealedPolicy: canBeSealed ? policyText(sealed(policy)) : null,
  };
}

/**
 * By path, the last that names it decides. A page with a policy of its own, and each worker script of such a page, gets
 * a rule here.
 */
export function headerRulesFor(hub: HubHosts): readonly HeaderRule[] {
  return [
    rule('/*', scriptPolicy),
    rule('/', pagePolicy),
    rule('/index.html', pagePolicy),
    rule('/lab.html', pagePolicy),
    ...modelsPages.map((path) => rule(path, modelsPolicy(hub), false)),
    // The service worker fetches what the sealed page runs on.
    rule('/sw.js', scriptPolicy, false),
  ];
}

/** For the usual hub. */
export const headerRules = headerRulesFor(hubHosts);

/** Sent with this file of the app, worker scripts included. */
export function productionHeaders(path: string, hub = hubHosts): Readonly<Record<string, string>> {
  return headersFor(hub === hubHosts ? headerRules : headerRulesFor(hub), path, false);
}

/**
 * The policy of a page as its own `<meta>` can say it, which protects a first visit on a host that sends no
 * headers. Such an element cannot say who may frame the page; that of the models page leaves it to the server by
 * which hub it may ask.
 */
export function metaPolicy(path: string): string {
  const left = modelsPages.includes(path)
    ? /^(frame-ancestors|default-src|connect-src) /
    : /^frame-ancestors /;
  const directives = productionHeaders(path)['Content-Security-Policy'].split('; ');
  return directives.filter((directive) => !left.test(directive)).join('; ');
}

/** Names under /assets/ hold a hash of their content; all else must be asked for again. */
export function cacheControl(path: string): string {
  return path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
}

/** The same headers in the `_headers` format of static hosts, where rules add up unless a header is taken back first. */
export function headersFile(): string {
  const [usual, ...others] = headerRules;
  const policyHeader = 'Content-Security-Policy';
  return [
    usual.pattern,
    ...Object.entries(usual.headers).map(([name, value]) => `  ${name}: ${value}`),
    `  Cache-Control: ${cacheControl('/')}`,
    ...others
      .filter(({ headers }) => headers[policyHeader] !== usual.headers[policyHeader])
      .flatMap(({ pattern, headers }) => [
        pattern,
        `  ! ${policyHeader}`,
        `  ${policyHeader}: ${headers[policyHeader]}`,
      ]),
    '/assets/*',
    '  ! Cache-Control',
    `  Cache-Control: ${cacheControl('/assets/')}`,
    '',
  ].join('\n');
}
