import { expect, inject, it } from 'vitest';
import { recordOutbound } from '../../src/lab/index.ts';
import { launchChromium } from './launch.ts';

it('a request to another machine fails and is on record, from a page and from a worker', async () => {
  // A record of its own, since one entry in the shared one would rightly fail this test.
  const outbound = await recordOutbound();
  const browser = await launchChromium([], { outboundArgument: outbound.chromiumArgument });
  try {
    const page = await browser.newPage();
    // Not the app: its policy would stop these before the network does.
    await page.goto(inject('outboundUrl'));
    const outcomes = await page.evaluate(async () => {
      const failed = () => 'failed';
      const fromPage = await fetch('https://page.example.com/').then((response) => response.text(), failed);
      const source = `fetch('http://worker.example.com/').then((r) => r.status, () => 'failed').then(postMessage)`;
      const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
      const fromWorker = await new Promise<unknown>((resolve) => {
        worker.onmessage = (event: MessageEvent<unknown>) => resolve(event.data);
      });
      return { fromPage, fromWorker };
    });
    expect(outcomes).toEqual({ fromPage: 'failed', fromWorker: 'failed' });
    const recorded = (await (await fetch(outbound.url)).json()) as string[];
    expect(recorded.sort()).toEqual(['page.example.com', 'worker.example.com']);
  } finally {
    await browser.close();
  }
});
