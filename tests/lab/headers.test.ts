import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headerRules, headersFile, hubHosts, metaPolicy, productionHeaders } from '../../src/lab/headers.ts';
import { projectRoot } from '../../src/lab/projectRoot.ts';
import { headersFor } from '../../src/shell/index.ts';

const policyOf = (path: string, isSealed = false) =>
  headersFor(headerRules, path, isSealed)['Content-Security-Policy'].split('; ');

describe('the headers', () => {
  it('are the same for static hosts', () => {
    expect(readFileSync(join(projectRoot, 'public/_headers'), 'utf8')).toBe(headersFile());
  });

  it.each(['/', '/index.html', '/lab.html', '/assets/host-12345678.js', '/sw.js', '/models/manifest.json'])(
    'allow nothing by default and no script but our own: %s',
    (path) => {
      const directives = policyOf(path);
      expect(directives).toContain("default-src 'none'");
      expect(directives).toContain("script-src 'self' 'wasm-unsafe-eval'");
      expect(directives).toContain("connect-src 'self'");
      expect(directives).toContain("require-trusted-types-for 'script'");
      expect(directives.join()).not.toMatch(/'unsafe-(eval|inline)'|https?:|\*/);
    },
  );

  it('let only a page make elements from templates, and every realm begin workers', () => {
    expect(policyOf('/')).toContain('trusted-types default svelte-trusted-html');
    expect(policyOf('/assets/host-12345678.js')).toContain('trusted-types default');
  });

  it('let a sealed page and its workers connect nowhere; the service worker still fetches new versions', () => {
    for (const path of ['/', '/index.html', '/assets/host-12345678.js']) {
      expect(policyOf(path, true)).toContain("connect-src 'none'");
      expect(policyOf(path, true).filter((directive) => !directive.startsWith('connect-src'))).toEqual(
        policyOf(path).filter((directive) => !directive.startsWith('connect-src')),
      );
    }
    expect(policyOf('/sw.js', true)).toContain("connect-src 'self'");
  });

  it('let the models page alone ask the hub, give it no workers, and never seal it', () => {
    for (const path of ['/models.html', '/models']) {
      const directives = policyOf(path);
      const hosts = 'https://huggingface.co https://*.huggingface.co https://*.hf.co';
      expect(directives).toContain(`connect-src 'self' ${hosts}`);
      expect(directives).toContain("worker-src 'none'");
      expect(directives).toContain("require-trusted-types-for 'script'");
      expect(directives).toContain("default-src 'none'");
      expect(policyOf(path, true)).toEqual(directives);
    }
    for (const path of ['/', '/index.html', '/lab.html', '/assets/models-1.js', '/models/manifest.json'])
      expect(policyOf(path).join()).not.toContain('http');
    const mirror = { origin: 'https://mirror.example', downloads: [] };
    expect(productionHeaders('/models.html', mirror)['Content-Security-Policy']).toContain(
      "connect-src 'self' https://mirror.example;",
    );
  });

  it('name the hub that the page is told', () => {
    const told: unknown = JSON.parse(readFileSync(join(projectRoot, 'public/hub.json'), 'utf8'));
    expect(told).toEqual(hubHosts);
  });

  it('isolate the page', () => {
    expect(productionHeaders('/')['Cross-Origin-Opener-Policy']).toBe('same-origin');
    expect(productionHeaders('/')['Cross-Origin-Embedder-Policy']).toBe('require-corp');
  });

  it('stand in the page itself, all but what an element there cannot say', () => {
    expect(
      policyOf('/index.html').filter((directive) => !metaPolicy('/index.html').includes(directive)),
    ).toEqual(["frame-ancestors 'none'"]);
    // Only the server knows whether the hub has a mirror.
    expect(metaPolicy('/models.html')).not.toMatch(/connect-src|default-src/);
    expect(metaPolicy('/models.html')).toContain("worker-src 'none'");
  });
});

describe('rules', () => {
  const rules = [
    { pattern: '/*', headers: { 'X-Of': 'all' }, sealedPolicy: null },
    { pattern: '/models.html', headers: { 'X-Of': 'page' }, sealedPolicy: 'sealed' },
  ];

  it('decide by the last that names the path', () => {
    expect(headersFor(rules, '/other.html', false)).toEqual({ 'X-Of': 'all' });
    expect(headersFor(rules, '/models.html', false)).toEqual({ 'X-Of': 'page' });
    expect(headersFor(rules, '/models.html', true)).toEqual({
      'X-Of': 'page',
      'Content-Security-Policy': 'sealed',
    });
  });

  it('must name every path', () => {
    expect(() => headersFor(rules.slice(1), '/other.html', false)).toThrow('/other.html');
  });
});
