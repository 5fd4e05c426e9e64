import { execFile } from 'node:child_process';
import { projectRoot } from '../../src/lab/index.ts';

export interface LabRun {
  status: unknown;
  stdout: string;
  stderr: string;
  json: () => Record<string, unknown>;
}

/** `npm run lab` with these words, without npm around it. */
export function lab(...words: string[]): Promise<LabRun> {
  return new Promise((resolve) => {
    const program = 'node_modules/.bin/tsx';
    execFile(program, ['src/lab/main.ts', ...words], { cwd: projectRoot }, (error, stdout, stderr) => {
      const json = () => JSON.parse(stdout) as Record<string, unknown>;
      resolve({ status: error?.code ?? 0, stdout, stderr, json });
    });
  });
}
