import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeShapeFolder } from '../../models/shapes/shapeFolder.ts';
import { shapes } from '../../models/shapes/shapes.ts';
import { SyntheticMarket, syntheticCareers } from '../../src/career/index.ts';
import { DecoderSession, loadTokenizer, scoreTitles, titleTrie } from '../../src/lm/index.ts';
import { occ1990dd } from '../../src/occupation/index.ts';
import { exportedDecoder } from '../../src/onnx/index.ts';
import { titleTokens, tokenizePrompt } from '../../src/predictors/language/tokenizedCareer.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { UntouchedDecoder } from '../fixtures/untouchedDecoder.ts';

const name = 'smollm2-135m';
const shape = shapes[name];
const folder = mkdtempSync(join(tmpdir(), 'full-shape-'));
afterAll(() => rmSync(folder, { recursive: true }));

const json = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20);

/** A career as the app reads it, and the step that is asked about. */
function career() {
  const occupations = occ1990dd.occupations;
  const market = new SyntheticMarket(3, occupations);
  const [history] = syntheticCareers({ people: 1, seed: 3, market, occupations });
  return { ...history, observations: history.observations.slice(0, 8) };
}

describe('the full shape of SmolLM2-135M, q4', () => {
  it('goes from a model folder to the probability of every title, as the untouched export gives it', async () => {
    const started = performance.now();
    const since = () => ((performance.now() - started) / 1000).toFixed(1);
    writeShapeFolder(folder, shape, ['q4'], 1);
    const log = [`made in ${since()} s`];
    const tokenizer = loadTokenizer(json('tokenizer.json'), json('tokenizer_config.json'));
    const prompt = tokenizePrompt(tokenizer, career(), { year: 2003, education: null }, 1000).tokens;
    const titles = occ1990dd.occupations.map(({ title }) => titleTokens(tokenizer, title));

    const before = process.memoryUsage();
    const files = { name: 'model_q4.onnx', bytes: readFileSync(join(folder, 'onnx/model_q4.onnx')) };
    const graph = exportedDecoder(files, { config: json('config.json') });
    expect(graph.bytes.length).toBeLessThan(2e6);
    expect(graph.externalData[0].data).toBe(files.bytes);
    log.push(
      `surgery by ${since()} s, file ${mebibytes(files.bytes.length)} MiB, graph ${mebibytes(graph.bytes.length)} MiB`,
    );
    log.push(`buffers ${mebibytes(process.memoryUsage().arrayBuffers - before.arrayBuffers)} MiB more`);

    const session = await DecoderSession.create(
      { ...nodeRuntime, sessionOptions: { executionProviders: ['cpu'] } },
      graph,
    );
    log.push(`session by ${since()} s, resident ${mebibytes(process.memoryUsage().rss)} MiB`);
    const scoring = performance.now();
    const { logProbs, passes, forwardedNodes } = await scoreTitles(session, prompt, titleTrie(titles));
    const seconds = ((performance.now() - scoring) / 1000).toFixed(1);
    log.push(
      `333 titles (${forwardedNodes} nodes, ${passes} passes) after ${prompt.length} tokens in ${seconds} s`,
    );
    log.push(`resident ${mebibytes(process.memoryUsage().rss)} MiB`);
    await session.dispose();

    expect(logProbs).toHaveLength(333);
    const untouched = await UntouchedDecoder.create(nodeRuntime, shape, 'q4', files);
    const differences: number[] = [];
    for (const title of [0, 150, 332])
      differences.push(
        Math.abs(logProbs[title] - (await untouched.continuationLogProb(prompt, titles[title]))),
      );
    log.push(`differences of ${differences.map((difference) => difference.toExponential(1)).join(', ')}`);
    expect(Math.max(...differences)).toBeLessThan(1e-4);
    console.log(`SmolLM2-135M shape: ${log.join('; ')}; all in ${since()} s`);
  }, 240_000);
});
