import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { BrowserContext } from 'playwright';
import { AppError } from '../platform/index.ts';
import { benchCsv, type BenchReport, type FirstAnswer, type ModelChoice } from '../worker/index.ts';
import { type AppPage, openLabPage } from './appPage.ts';
import type { BenchCommand } from './benchLine.ts';
import { benchTable } from './benchTable.ts';
import { storeFolder } from './modelImport.ts';
import { freshProfile, type Profile } from './profile.ts';
import { StderrProgress, tell } from './stderrProgress.ts';

/** The JSON object of `bench`. */
export interface BenchOutput extends BenchReport {
  browser: string;
  /** In a profile that knew nothing but, where it came from a folder, the model; then in a new session of the browser. */
  firstAnswers: readonly [first: FirstAnswer, warm: FirstAnswer];
}

/** The browser need not wait for its next tidying up before it tells the memory of the page. */
const askMemoryAtOnce = '--enable-blink-features=ForceEagerMeasureMemory';

/** Measures a model inside the app, in a profile of its own. Throws AppError. */
export async function runBench(command: BenchCommand): Promise<{ output: BenchOutput; table: string }> {
  const profile = await freshProfile([askMemoryAtOnce]);
  try {
    const choice = await storedChoice(profile, command);
    const first = await inSession(profile, async (call) => {
      const { firstAnswer } = await startedAndAsked(call, 'First start', command, choice);
      return firstAnswer;
    });
    const output = await inSession(profile, async (call, browser): Promise<BenchOutput> => {
      const { firstAnswer } = await startedAndAsked(call, 'Warm start', command, choice);
      const report = await call('bench', command.runs);
      const version = browser.browser()?.version() ?? 'an unknown version';
      return { ...report, browser: `Chromium ${version}`, firstAnswers: [first, firstAnswer] };
    });
    const { firstAnswers } = output;
    if (command.out !== null) await writeFiles(command.out, output);
    return { output, table: benchTable({ report: output, firstAnswers }) };
  } finally {
    await profile.close();
  }
}

/** A folder goes to the profile's store, as a person puts it there. */
async function storedChoice(profile: Profile, { base }: BenchCommand): Promise<ModelChoice> {
  if (base.kind === 'bundled') return null;
  const browser = await profile.openBrowser();
  try {
    tell(`Storing ${base.path}`);
    await storeFolder(browser, profile.url, { folder: resolve(base.path), dtype: base.dtype });
  } finally {
    await browser.close();
  }
  return inSession(profile, async (call) => {
    const [stored] = await call('storedModels');
    return stored.id;
  });
}

type Session<T> = (call: AppPage['call'], browser: BrowserContext) => Promise<T>;

/** A session of the browser that ends with the work. */
async function inSession<T>(profile: Profile, work: Session<T>): Promise<T> {
  const browser = await profile.openBrowser();
  let measuring: StderrProgress | null = null;
  let loading: StderrProgress | null = null;
  try {
    const call = await openLabPage(await browser.newPage(), profile.url, (event) => {
      if ('progress' in event) (loading ??= new StderrProgress('Loading', 1)).update(event.progress.fraction);
      else if ('bench' in event)
        (measuring ??= new StderrProgress('Measuring', 1)).update(event.bench.fraction);
      else if ('status' in event) tell(event.status);
    });
    return await work(call, browser);
  } finally {
    await browser.close();
  }
}

async function startedAndAsked(
  call: AppPage['call'],
  label: string,
  { device: asked }: BenchCommand,
  choice: ModelChoice,
) {
  const started = await call('timeToFirstAnswer', asked, choice);
  const { report, firstAnswer } = started;
  const { device, reason } = report.device;
  if (asked !== 'auto' && device !== asked)
    throw new AppError('unsupported', `Asked for ${asked}, got ${device}: ${reason}`);
  tell(`${label}: an answer after ${(firstAnswer.timeToFirstAnswerMs / 1000).toFixed(2)} s on ${device}`);
  return started;
}

async function writeFiles(folder: string, output: BenchOutput): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { firstAnswers, ...report } = output;
  await writeFile(join(folder, 'bench.json'), `${JSON.stringify(output, null, 1)}\n`);
  await writeFile(join(folder, 'bench.csv'), benchCsv([{ report, firstAnswers }]));
  tell(`All figures: ${join(folder, 'bench.json')}, bench.csv`);
}
