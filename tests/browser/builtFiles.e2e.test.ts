import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { builtApp } from '../../src/lab/index.ts';
import { appArchive } from '../../src/lab/appArchive.ts';

/** Names of other hosts that stand in what ships, none of which anything asks for: why each is there. */
const mentioned: Readonly<Record<string, string>> = {
  'www.w3.org': 'names of the SVG, XHTML and MathML namespaces',
  'svelte.dev': 'where a message of Svelte is explained',
  'rolldown.rs': 'where a message of the bundler is explained',
  'bit.ly': 'where a message of Dexie is explained',
  'tinyurl.com': 'where a message of Dexie is explained',
  'github.com': 'where a message of a library is explained',
  'web.dev': 'where a message of onnxruntime is explained',
  'huggingface.co': 'the hub, which the models page asks and no other',
  'www.apache.org': 'where a licence of a model can be read',
  'opensource.org': 'where a licence of a model can be read',
  'ai.google.dev': 'where a licence of a model can be read',
  'www.llama.com': 'where a licence of a model can be read',
  'example.com': 'an example that people can try themselves, on the privacy page',
};

/** Who may name the hub: its page, and what gives that page its policy. */
const aboutHub = /^(hub\.json|sw\.js|models\.html|assets\/models-[\w-]+\.js)$/;

const code = /\.(js|css|html|json|webmanifest|svg)$/;
/** Texts about packages and models, which nothing loads. */
const prose = /^(sbom\.json|models\/)/;

async function shipped(): Promise<string[]> {
  const entries = await readdir(await builtApp(), { recursive: true });
  return entries.filter((name) => code.test(name) && !prose.test(name)).sort();
}

describe('the built files', () => {
  it('name no other origin but those listed here with a reason', async () => {
    const folder = await builtApp();
    const hosts = new Map<string, string>();
    for (const name of await shipped()) {
      const text = await readFile(join(folder, name), 'utf8');
      for (const [, host] of text.matchAll(/(?:https?|wss?):\/\/([a-z0-9][\w-]*(?:\.[\w-]+)+)/gi))
        hosts.set(host, name);
      if (text.includes('huggingface.co')) expect(name).toMatch(aboutHub);
    }
    expect([...hosts].filter(([host]) => !(host in mentioned))).toEqual([]);
  });

  it('load nothing by a full address, and hold no inline script or style', async () => {
    const folder = await builtApp();
    for (const name of (await shipped()).filter((path) => path.endsWith('.html'))) {
      const html = await readFile(join(folder, name), 'utf8');
      expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
      expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
    }
  });

  it('come with the licence of every package in them, and a bill of materials that names the same', async () => {
    const folder = await builtApp();
    const bill = JSON.parse(await readFile(join(folder, 'sbom.json'), 'utf8')) as {
      bomFormat: string;
      components: { name: string; version: string; licenses: { expression: string }[] }[];
    };
    const licences = (await readFile(join(folder, 'licences.txt'), 'utf8')).split(`\n${'-'.repeat(80)}\n`);
    expect(bill.bomFormat).toBe('CycloneDX');
    const names = bill.components.map(({ name }) => name);
    for (const name of ['svelte', 'onnxruntime-web', 'comlink', 'dexie', 'fflate', 'papaparse', 'valibot']) {
      expect(names).toContain(name);
    }
    expect(licences).toHaveLength(bill.components.length + 1);
    for (const { name, version, licenses } of bill.components) {
      const part = licences.find((text) => text.trim().startsWith(`${name} ${version} (`));
      expect(part?.length ?? 0, name).toBeGreaterThan(400);
      expect(licenses[0].expression, name).toMatch(/^(MIT|ISC|Apache-2\.0|BSD-3-Clause|BSD-2-Clause|0BSD)$/);
    }
  });

  it('fit into one archive, with a word on how to serve them', async () => {
    const folder = await builtApp();
    const files = unzipSync(await appArchive(folder));
    const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    expect(Object.keys(files)).toHaveLength(names.length + 1);
    expect(new TextDecoder().decode(files['onward/HOW-TO-SERVE.txt'])).toContain('http.server');
    expect(files['onward/index.html']).toEqual(new Uint8Array(await readFile(join(folder, 'index.html'))));
  });
});
