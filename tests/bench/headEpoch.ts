/**
 * One epoch of an occupation head on 50,000 × 256 hidden states, two threads each, all in turns in one run:
 *   npx tsx tests/bench/headEpoch.ts [rounds] [steps a round]
 * Prints one JSON object. The same plain head (LayerNorm, low-rank adapter, softmax over 336 classes, AdamW) by our graph on
 * onnxruntime-web in a worker of Chromium, by our graph on onnxruntime-node, by jax-js and by TensorFlow.js in workers; and
 * the head that the app trains, on both onnxruntimes. `epochSeconds` are of the fastest round; `losses` after as many steps
 * tell that all did the same work: they and the FLOP are checked against training in float64 loops (a second a step), those
 * of the app's head at its first step and against each other.
 */
import * as native from 'onnxruntime-node';
import type { Page } from 'playwright';
import { openBenchPage } from './benchPage.ts';
import type { EngineName } from './head/head.worker.ts';
import { namedTensors } from '../../src/onnx/index.ts';
import { appHead, appHeadConfig } from './head/appHead.ts';
import { appHeadLoss } from './head/appHeadOracle.ts';
import { appEngine, plainEngine } from './head/onnxEngine.ts';
import type { HeadBench } from './head/page.ts';
import { type Engine, stepFlop, stepsPerEpoch } from './head/plainHead.ts';
import { PlainHeadOracle } from './head/plainHeadOracle.ts';
import { checkFigure } from './oracleCheck.ts';

const [rounds = 5, steps = 20] = process.argv.slice(2).map(Number);
const threads = 2;
const inPage: readonly EngineName[] = [
  'onnxruntime-web',
  'jax-js',
  'tensorflow.js',
  'app on onnxruntime-web',
];

const { page, address, close } = await openBenchPage();
try {
  page.setDefaultTimeout(600_000);
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`${address}tests/bench/head/index.html`);
  await page.waitForFunction(() => 'headBench' in globalThis);
  const options = { executionProviders: ['cpu'], intraOpNumThreads: threads, interOpNumThreads: 1 };
  const runtime = { ort: native, sessionOptions: options };
  const engines = new Map<string, Engine>([
    ['onnxruntime-node', await plainEngine(runtime)],
    ['app on onnxruntime-node', await appEngine(runtime)],
  ]);
  for (const name of inPage) engines.set(name, await pageEngine(page, name));

  const firstLosses: Record<string, number> = {};
  for (const [name, engine] of engines) firstLosses[name] = (await engine(1)).loss;

  const fastest = new Map<string, number>();
  const losses: Record<string, number> = {};
  for (let round = 0; round < rounds; round++)
    for (const [name, engine] of engines) {
      const { milliseconds, loss } = await engine(steps);
      fastest.set(name, Math.min(fastest.get(name) ?? Infinity, milliseconds / steps));
      losses[name] = loss;
      console.error(`round ${round + 1}, ${name}: ${(milliseconds / steps).toFixed(1)} ms a step`);
    }
  checkLosses(firstLosses, losses, rounds * steps);
  const step = (name: string) => fastest.get(name) ?? NaN;
  console.log(
    JSON.stringify(
      {
        threads,
        stepsPerEpoch,
        epochSeconds: Object.fromEntries(
          [...fastest].map(([name, milliseconds]) => [name, (milliseconds * stepsPerEpoch) / 1000]),
        ),
        gflopPerSecond: Object.fromEntries(
          [...fastest]
            .filter(([name]) => !name.startsWith('app'))
            .map(([name, milliseconds]) => [name, stepFlop / milliseconds / 1e6]),
        ),
        losses,
        webToNode: step('onnxruntime-web') / step('onnxruntime-node'),
        appWebToNode: step('app on onnxruntime-web') / step('app on onnxruntime-node'),
        fasterThanJax: step('jax-js') / step('onnxruntime-web'),
        fasterThanTensorflow: step('tensorflow.js') / step('onnxruntime-web'),
      },
      null,
      1,
    ),
  );
} finally {
  await close();
}
process.exit(0);

/** `first`: of the first step; `last`: after `further` steps more. */
function checkLosses(
  first: Readonly<Record<string, number>>,
  last: Readonly<Record<string, number>>,
  further: number,
): void {
  const { graph, theta, feeds } = appHead();
  const appFirst = appHeadLoss(appHeadConfig, namedTensors(graph.parameters, theta), feeds);
  const oracle = new PlainHeadOracle();
  const plainFirst = oracle.step();
  checkFigure('FLOP of a step', stepFlop, oracle.flop, 0);
  let plainLast = plainFirst;
  for (let step = 0; step < further; step++) plainLast = oracle.step();
  for (const name of Object.keys(first)) {
    const isApp = name.startsWith('app');
    checkFigure(`${name}: the first loss`, first[name], isApp ? appFirst : plainFirst, 1e-4);
    const expected = isApp ? last['app on onnxruntime-node'] : plainLast;
    checkFigure(`${name}: the last loss`, last[name], expected, 1e-2);
  }
}

async function pageEngine(page: Page, name: EngineName): Promise<Engine> {
  interface Bench {
    headBench: HeadBench;
  }
  await page.evaluate(([engine, count]) => (globalThis as unknown as Bench).headBench.open(engine, count), [
    name,
    threads,
  ] as const);
  return (count) =>
    page.evaluate(([engine, number]) => (globalThis as unknown as Bench).headBench.steps(engine, number), [
      name,
      count,
    ] as const);
}
