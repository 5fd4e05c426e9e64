import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { projectRoot } from './projectRoot.ts';

/** A package of which code is in the built app. */
export interface ShippedPackage {
  name: string;
  version: string;
  /** SPDX. */
  licence: string;
  /** Who holds the copyright, as far as the package says. */
  author: string;
  /** Where it comes from; empty where the package does not say. */
  home: string;
  /** The licence in full, as the package carries it; null where it carries none. */
  text: string | null;
}

interface PackageJson {
  name: string;
  version: string;
  license?: string | { type: string };
  author?: string | { name: string };
  homepage?: string;
  repository?: string | { url: string };
}

/** Folder of the package that a module belongs to, by its path; null for our own. */
function packageFolder(moduleId: string): string | null {
  return /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(moduleId.replaceAll('\\', '/'))?.[1] ?? null;
}

function described(folder: string): ShippedPackage {
  const json = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;
  const { name, version, license, author, homepage, repository } = json;
  const source = typeof repository === 'string' ? repository : repository?.url;
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file === undefined ? null : readFileSync(join(folder, file), 'utf8').trim();
  const isMit = text?.startsWith('MIT License') === true;
  return {
    name,
    version,
    licence: (typeof license === 'string' ? license : license?.type) ?? (isMit ? 'MIT' : 'unknown'),
    author: (typeof author === 'string' ? author : author?.name) ?? `the authors of ${name}`,
    home: homepage ?? source?.replace(/^git\+|\.git$/g, '') ?? '',
    text,
  };
}

/** Every licence in full, one package after another, as a text that a person can read; `own` is ours. */
export function licencesText(own: string, packages: readonly ShippedPackage[]): string {
  const parts = packages.map(({ name, version, licence, author, home, text }) =>
    [`${name} ${version} (${licence})`, home, '', text ?? mitText(own, { name, licence, author })].join('\n'),
  );
  return [`Onward\n\n${own.trim()}`, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n';
}

/** For a package that carries no text of its own: the one text that all MIT licences share, as our own has it. */
function mitText(
  own: string,
  { name, licence, author }: Omit<ShippedPackage, 'version' | 'home' | 'text'>,
): string {
  if (licence !== 'MIT') throw new Error(`${name} ships without the text of its licence (${licence})`);
  return own.trim().replace(/^Copyright .*$/m, `Copyright (c) ${author}`);
}

/** Software bill of materials of what is shipped, as CycloneDX 1.5. */
function billOfMaterials(version: string, packages: readonly ShippedPackage[]): string {
  const components = packages.map(({ name, version: of, licence, home }) => ({
    type: 'library',
    'bom-ref': `pkg:npm/${name.replace('@', '%40')}@${of}`,
    name,
    version: of,
    purl: `pkg:npm/${name.replace('@', '%40')}@${of}`,
    licenses: [{ expression: licence }],
    ...(home !== '' && { externalReferences: [{ type: 'website', url: home }] }),
  }));
  const metadata = {
    component: { type: 'application', name: 'onward', version, licenses: [{ license: { id: 'MIT' } }] },
  };
  return `${JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, metadata, components }, null, 2)}\n`;
}

/**
 * Notes which packages' code the bundles of pages and workers hold, and writes `licences.txt` and `sbom.json` into the build.
 * One instance for the pages, `forWorkers` for the workers, which are bundled before.
 */
export function shippedPackages(): { forPages: Plugin; forWorkers: Plugin } {
  const folders = new Set<string>();
  const note = (bundle: Record<string, { type: string; moduleIds?: string[] }>) => {
    for (const { moduleIds = [] } of Object.values(bundle)) {
      for (const id of moduleIds) {
        const folder = packageFolder(id);
        if (folder !== null && existsSync(join(folder, 'package.json'))) folders.add(folder);
      }
    }
  };
  const forPages: Plugin = {
    name: 'onward-shipped-packages',
    generateBundle(_, bundle) {
      note(bundle);
      const packages = [...folders].map(described).sort((a, b) => (a.name < b.name ? -1 : 1));
      const own = readFileSync(join(projectRoot, 'LICENSE'), 'utf8');
      const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as PackageJson;
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: licencesText(own, packages) });
      this.emitFile({ type: 'asset', fileName: 'sbom.json', source: billOfMaterials(version, packages) });
    },
  };
  const forWorkers: Plugin = {
    name: 'onward-shipped-packages-of-workers',
    generateBundle: (_, bundle) => note(bundle),
  };
  return { forPages, forWorkers };
}
