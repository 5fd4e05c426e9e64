/**
 * Cost of the full distribution over the default titles, measured in Chromium on WebAssembly or WebGPU:
 *   npx tsx tests/bench/titleScoring.ts [wasm|webgpu] [titles that transformers.js scores one by one, of 333]
 * Prints one JSON object; every figure is from this one run, progress goes to stderr. For careers of 1, 5 and 20 records:
 * - `scoringMs`: all titles from cold; `changedLineMs`: again after the last line changed, on the cached prefix;
 * - `plainPrefillMs`: the plain causal decoder over as many tokens (prompt + forwarded nodes), same weights and
 *   precision, last logits only; `oneByOneMs`: each title by transformers.js, whole text each time, extrapolated
 *   from `titlesOneByOne` of them (fewer on WebGPU, where a software GPU needs seconds for each);
 * - `gigaflop`: products of the scoring pass (2 m n k each), and the speed of one bare product of similar shape;
 * - `worstDifference`: between the log probabilities of both ways, in nats; fails above 0.02.
 * On WebAssembly also `threads`: one thread against as many as the app takes, in turns.
 */

import { openBenchPage } from './benchPage.ts';

const [device = 'wasm', titles = device === 'webgpu' ? '2' : '37'] = process.argv.slice(2);
const { page, address, close } = await openBenchPage();
try {
  const failure = new Promise<never>((_, reject) => page.once('pageerror', reject));
  const start = performance.now();
  page.on('console', (message) => {
    console.error(`${Math.round((performance.now() - start) / 1000)} s  ${message.text()}`);
  });
  await page.goto(`${address}tests/bench/page/index.html?device=${device}&titles=${titles}`);
  const finished = page.waitForFunction(() => document.querySelector('output')?.textContent, null, {
    timeout: 3_600_000,
  });
  const result = await Promise.race([finished, failure]);
  console.log(await result.jsonValue());
} finally {
  await close();
}
