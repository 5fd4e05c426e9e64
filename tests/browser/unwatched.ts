import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import CDP from 'chrome-remote-interface';
import { vi } from 'vitest';
import { launchOptions, type LaunchOptions } from './launch.ts';

/**
 * A Chromium with a profile of its own and no debugger at its service workers. Playwright and Puppeteer have one at each,
 * and Chromium leaves an old version that is debugged in charge for minutes, which no visitor meets.
 */
export class UnwatchedChromium {
  private constructor(
    private readonly program: ChildProcess,
    private readonly profile: string,
    private readonly port: number,
  ) {}

  static async launch(options: LaunchOptions = {}): Promise<UnwatchedChromium> {
    const profile = await mkdtemp(join(tmpdir(), 'onward-profile-'));
    const { executablePath, args } = launchOptions([], options);
    const own = [
      '--headless',
      // Containers have little of this kind of memory.
      '--disable-dev-shm-usage',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ];
    const program = spawn(executablePath, [...args, ...own], { stdio: ['ignore', 'ignore', 'pipe'] });
    return new UnwatchedChromium(program, profile, await debuggingPort(program));
  }

  async open(url: string): Promise<UnwatchedTab> {
    const target = await CDP.New({ port: this.port, url });
    return new UnwatchedTab(this.port, target.id);
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.program.once('exit', resolve));
    this.program.kill();
    await ended;
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Each question to the page is a debugger's session of its own, with the page alone. */
export class UnwatchedTab {
  constructor(
    private readonly port: number,
    private readonly id: string,
  ) {}

  /** What a function gives in the page; rejects where the page is left meanwhile, or the function throws. */
  async evaluate<T>(question: () => T | Promise<T>): Promise<T> {
    const session = await CDP({ port: this.port, target: this.id });
    const left = new Promise<never>((_, reject) => {
      session.on('Runtime.executionContextsCleared', () => reject(new Error('The page was left')));
    });
    try {
      await session.Runtime.enable();
      const asked = session.Runtime.evaluate({
        expression: `(${question.toString()})()`,
        awaitPromise: true,
        returnByValue: true,
      });
      const { result, exceptionDetails } = await Promise.race([asked, left]);
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value as T;
    } finally {
      await session.close();
    }
  }

  /** Waits until the function gives something true. A page that is being loaded gives nothing. */
  async until(question: () => unknown, timeout: number): Promise<void> {
    await vi.waitUntil(() => this.evaluate(question).catch(() => false), { timeout, interval: 200 });
  }

  close(): Promise<void> {
    return CDP.Close({ port: this.port, id: this.id });
  }
}

/** The port that the program chose, which it says when it listens. */
function debuggingPort({ stderr }: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    if (!stderr) throw new Error('Chromium has no output');
    const lines = createInterface(stderr);
    lines.on('line', (line) => {
      const [, port] = /DevTools listening on ws:\/\/[^:]+:(\d+)\//.exec(line) ?? [];
      if (port !== undefined) resolve(Number(port));
    });
    lines.on('close', () => reject(new Error('Chromium ended before it listened')));
  });
}
