import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy, headersFile, productionHeaders } from '../../src/lab/headers.ts';
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

  it('isolate the page', () => {
    expect(productionHeaders['Cross-Origin-Opener-Policy']).toBe('same-origin');
    expect(productionHeaders['Cross-Origin-Embedder-Policy']).toBe('require-corp');
  });
});
