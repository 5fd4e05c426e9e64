import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  contentSecurityPolicy,
  headersFile,
  hubHosts,
  policyFor,
  productionHeaders,
} from '../../src/lab/headers.ts';
import { projectRoot } from '../../src/lab/projectRoot.ts';

describe('the headers', () => {
  it('are the same for static hosts', () => {
    expect(readFileSync(join(projectRoot, 'public/_headers'), 'utf8')).toBe(headersFile());
  });

  it('allow nothing by default and no script but our own', () => {
    const directives = contentSecurityPolicy.split('; ');
    expect(directives).toContain("default-src 'none'");
    expect(directives).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(directives).toContain("connect-src 'self'");
    expect(contentSecurityPolicy).not.toMatch(/'unsafe-eval'|https?:|\*/);
  });

  it('let the models page alone ask the hub, and give it no workers', () => {
    const directives = policyFor('/models.html').split('; ');
    const hosts = 'https://huggingface.co https://*.huggingface.co https://*.hf.co';
    expect(directives).toContain(`connect-src 'self' ${hosts}`);
    expect(directives).toContain("worker-src 'none'");
    expect(directives).toContain("require-trusted-types-for 'script'");
    expect(directives).toContain("default-src 'none'");
    for (const path of ['/', '/index.html', '/lab.html', '/assets/models-1.js', '/models/manifest.json'])
      expect(policyFor(path)).toBe(contentSecurityPolicy);
  });

  it('name the hub that the page is told', () => {
    const told: unknown = JSON.parse(readFileSync(join(projectRoot, 'public/hub.json'), 'utf8'));
    expect(told).toEqual(hubHosts);
  });

  it('isolate the page', () => {
    expect(productionHeaders['Cross-Origin-Opener-Policy']).toBe('same-origin');
    expect(productionHeaders['Cross-Origin-Embedder-Policy']).toBe('require-corp');
  });
});
