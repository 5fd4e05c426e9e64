/** What `npm test` runs, in order; every step runs even where an earlier one has failed. */
export interface Step {
  name: string;
  command: string;
  arguments: readonly string[];
  /** Vitest's JSON report, relative to the project root. */
  report?: string;
  /** What it cannot run without: Chromium everybody can have, a step in Firefox is skipped where there is none. */
  needs?: 'chromium' | 'firefox';
}

/** Packages' programs are started by path: `npx` would go to the network for a missing one. */
const program = (name: string) => `node_modules/.bin/${name}`;

function typeCheck(project: string): Step {
  const file = `tsconfig.${project}.json`;
  return { name: `types (${project})`, command: program('tsc'), arguments: ['--noEmit', '-p', file] };
}

function tests(project: string, needs: Step['needs']): Step {
  const report = `.build/reports/${project}.json`;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return {
    name: `tests (${project})`,
    command: program('vitest'),
    arguments: ['run', '--project', project, ...reporters],
    report,
    needs,
  };
}

export const steps: readonly Step[] = [
  ...['page', 'worker', 'node', 'tests'].map(typeCheck),
  {
    name: 'svelte-check',
    command: program('svelte-check'),
    arguments: ['--tsconfig', 'tsconfig.page.json', '--fail-on-warnings'],
  },
  { name: 'lint', command: program('eslint'), arguments: ['.', '--max-warnings', '0'] },
  { name: 'format', command: program('prettier'), arguments: ['--check', '.'] },
  // Some Node tests drive a browser too (onnxruntime's WebGPU through Chromium's software driver).
  tests('node', 'chromium'),
  tests('state', undefined),
  tests('browser', 'chromium'),
  tests('firefox', 'firefox'),
  tests('e2e', 'chromium'),
];
