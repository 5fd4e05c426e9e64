import { describe, expect, it } from 'vitest';
import { brokenImports, importCycle, table } from './roomRules.ts';
import { type Source, parseSource, readSources } from './sources.ts';

const sources = readSources('src');

/** All sources that run where one of these does; types are erased. */
function reachedFrom(...entries: readonly string[]): Source[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<Source>();
  const walk = (path: string): void => {
    const source = byPath.get(path);
    if (!source || reached.has(source)) return;
    reached.add(source);
    for (const { target, isTypeOnly } of source.imports) if (target !== null && !isTypeOnly) walk(target);
  };
  for (const entry of entries) walk(entry);
  return [...reached];
}

describe('the import graph', () => {
  it('has no room that the table does not know', () => {
    const rooms = new Set(sources.flatMap(({ room }) => room ?? []));
    expect([...rooms].filter((room) => !(room in table.rooms))).toEqual([]);
  });

  it('keeps the dependency rules of the house', () => {
    expect(sources.length).toBeGreaterThan(20);
    expect(sources.flatMap(brokenImports)).toEqual([]);
  });

  it('has no cycle', () => {
    expect(importCycle(sources)).toBeNull();
  });

  it('keeps the DOM in ui, the lab page and the service worker', () => {
    const names = ['document', 'window', 'localStorage', 'sessionStorage', 'HTMLElement'];
    const atHome = (path: string) => /^src\/(ui\/|lab\/page\/|main\.ts|models\.ts|sw\.ts)/.test(path);
    const strangers = sources.filter(
      ({ path, identifiers }) => !atHome(path) && names.some((name) => identifiers.has(name)),
    );
    expect(strangers.map(({ path }) => path)).toEqual([]);
  });

  it('keeps runes in ui', () => {
    const runes = ['$state', '$derived', '$effect', '$props', '$bindable'];
    const strangers = sources.filter(
      ({ room, identifiers }) => room !== 'ui' && runes.some((rune) => identifiers.has(rune)),
    );
    expect(strangers.map(({ path }) => path)).toEqual([]);
  });
});

describe('the models page', () => {
  const reachedSources = reachedFrom('src/models.ts');

  it('reaches the weights and the hub, and nothing that knows careers', () => {
    const rooms = new Set(reachedSources.flatMap(({ room }) => room ?? []));
    expect([...rooms].sort()).toEqual(['hub', 'platform', 'ui', 'weights']);
  });

  it('never names the careers’ database, and starts no worker that could', () => {
    const offenders = reachedSources.filter(({ text }) =>
      /onward-careers|CareersDatabase|new (Shared)?Worker|serviceWorker/.test(text),
    );
    expect(offenders.map(({ path }) => path)).toEqual([]);
  });
});

describe('the channel on which models in memory are handed over', () => {
  const [channel, announcer, listener] = ['heldChannel', 'heldAnnouncer', 'heldListener'].map(
    (name) => `src/ui/state/held/${name}.ts`,
  );
  const textOf = (path: string) => sources.find((source) => source.path === path)?.text;
  const pathsOf = (some: readonly Source[]) => some.map(({ path }) => path).sort();
  // Pages, workers and the service worker: everything that may know careers.
  const knowCareers = pathsOf(
    reachedFrom(
      'src/main.ts',
      'src/worker/host.ts',
      'src/worker/learningWorker.ts',
      'src/sw.ts',
      'src/lab/page/main.ts',
    ),
  );
  const mayAskTheHub = pathsOf(reachedFrom('src/models.ts'));

  it('is known to its two ends only', () => {
    const knowing = sources.filter(
      ({ path, text, imports }) =>
        (path !== channel && text.includes('onward-held-models')) ||
        imports.some(({ target, isTypeOnly }) => target === channel && !isTypeOnly),
    );
    expect(pathsOf(knowing)).toEqual([announcer, listener]);
    const opening = sources.filter(({ text }) => text.includes('new BroadcastChannel'));
    const toItself = 'src/ui/state/held/sharedModel.ts';
    expect(pathsOf(opening)).toEqual(['src/storage/deletion.ts', announcer, listener, toItself]);
    expect(textOf(toItself)).toContain('crypto.randomUUID()');
    expect(knowCareers).not.toContain(toItself);
  });

  it('leads from the page that may ask the hub to those that know careers, and not back', () => {
    expect(knowCareers).toContain(listener);
    expect(knowCareers).not.toContain(announcer);
    expect(mayAskTheHub).toContain(announcer);
    expect(mayAskTheHub).not.toContain(listener);
    // The end where careers are only hears, and the other one only speaks.
    expect(textOf(listener)).toContain('onmessage');
    expect(textOf(listener)).not.toMatch(/postMessage|dispatchEvent/);
    expect(textOf(announcer)).toContain('postMessage');
    expect(textOf(announcer)).not.toMatch(/onmessage|addEventListener/);
  });
});

describe('the rules themselves', () => {
  const problems = (path: string, text: string) => brokenImports(parseSource(path, text)).length;

  it('refuse what the house forbids', () => {
    expect(problems('src/career/x.ts', `import { a } from '../occupation/index.ts';`)).toBe(1);
    expect(problems('src/occupation/x.ts', `import { a } from '../career/history.ts';`)).toBe(1);
    expect(problems('src/career/x.ts', `import { a } from './nowhere.ts';`)).toBe(1);
    expect(problems('src/career/x.ts', `const a = await import('../ui/index.ts');`)).toBe(1);
    expect(problems('src/evaluation/x.ts', `import * as ort from 'onnxruntime-web/webgpu';`)).toBe(1);
    expect(problems('src/ui/x.ts', `import Dexie from 'dexie';`)).toBe(1);
    expect(problems('src/storage/x.ts', `import type { A } from '../predictors/index.ts';`)).toBe(1);
    expect(problems('src/workbench/x.ts', `import { a } from '../predictors/head/headTask.ts';`)).toBe(1);
  });

  it('allow what it allows', () => {
    expect(problems('src/occupation/x.ts', `import { a } from '../career/index.ts';`)).toBe(0);
    expect(problems('src/storage/x.ts', `import type { CareerHistory } from '../career/index.ts';`)).toBe(0);
    expect(problems('src/workbench/x.ts', `import { a } from '../predictors/training/index.ts';`)).toBe(0);
    expect(problems('src/storage/x.ts', `import Dexie from 'dexie';`)).toBe(0);
  });

  it('find a cycle, and none among types', () => {
    const a = parseSource('src/x/a.ts', `import { b } from './b.ts';`);
    const b = parseSource('src/x/b.ts', `import { a } from './a.ts';`);
    const typed = parseSource('src/x/b.ts', `import type { A } from './a.ts';`);
    expect(importCycle([a, b])).toEqual(['src/x/a.ts', 'src/x/b.ts', 'src/x/a.ts']);
    expect(importCycle([a, typed])).toBeNull();
  });

  it('tell a free name from a property and from a name of the file', () => {
    const text = `const a = { document: 1 }; a.window; const history = [0]; $state(history); location.reload();`;
    expect([...parseSource('src/x/a.ts', text).identifiers].sort()).toEqual(['$state', 'location']);
  });
});
