/** Global setup of the e2e project: the built app behind the server that `npm start` uses. */
import { builtApp, serveApp } from '../../src/lab/index.ts';
import type { TestProject } from 'vitest/node';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await serveApp(await builtApp());
  project.provide('appUrl', server.url);
  return () => server.close();
}
