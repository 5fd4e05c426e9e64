import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { recordOutbound } from '../../src/lab/index.ts';
import { launchChromium } from './launch.ts';
import { leaks, type Leak } from './leaks.ts';

const patience = 180_000;
vi.setConfig({ testTimeout: 2 * patience, hookTimeout: patience });

interface Realm {
  evaluate(code: string): Promise<unknown>;
}

let browser: Browser;
let page: Page;
let recorder: Awaited<ReturnType<typeof recordOutbound>>;
/** What came of each attempt, by its host. */
const outcomes = new Map<string, string>();
let reached: string[] = [];

/** How long a request may take from the attempt to the record, in milliseconds. */
const settling = 1500;

async function recorded(): Promise<string[]> {
  return (await (await fetch(recorder.url)).json()) as string[];
}

async function attempt(realm: Realm, host: string, code: string): Promise<void> {
  const body = code.replaceAll('HOST', host);
  const outcome = await Promise.race([
    realm.evaluate(`(async () => { ${body} })().then(() => 'done', (error) => String(error))`),
    new Promise((resolve) => setTimeout(resolve, 2000, 'no answer')),
  ]).catch((error: unknown) => String(error));
  outcomes.set(host, String(outcome));
}

// One page of its own, with a record of its own, since one entry in the shared record would rightly fail a test.
beforeAll(async () => {
  recorder = await recordOutbound();
  browser = await launchChromium([], { outboundArgument: recorder.chromiumArgument, hasWebGpu: false });
  const context = await browser.newContext();
  context.setDefaultTimeout(patience);
  page = await context.newPage();
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto(inject('appUrl'));
  await page.locator('#answer').getByText('Computed here').waitFor();
  await page.getByRole('link', { name: 'Learn', exact: true }).click();
  await page.getByRole('button', { name: 'Invent', exact: false }).first().waitFor();
  await vi.waitUntil(() => page.workers().some((worker) => worker.url().includes('/learningWorker-')), {
    timeout: patience,
  });
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const [serviceWorker] = context.serviceWorkers();
  const [host, learning] = ['/host-', '/learningWorker-'].map((name) =>
    page.workers().find((worker) => worker.url().includes(name)),
  );
  if (!host || !learning || !serviceWorker) throw new Error('A realm is missing');
  const realms = { document: page, model: host, learning, serviceworker: serviceWorker };
  for (const { name, realms: where, code } of leaks) {
    for (const [realm, target] of Object.entries(realms)) {
      const kind = realm === 'document' ? 'document' : realm === 'serviceworker' ? 'serviceWorker' : 'worker';
      if (where.includes(kind)) await attempt(target, `${name}.${realm}.example.com`, code);
    }
  }
  await new Promise((resolve) => setTimeout(resolve, settling));
  reached = await recorded();
});
afterAll(() => browser.close());

const named = (outcome: Leak['outcome']) => leaks.filter((leak) => leak.outcome === outcome);
const hostsOf = (name: string, hosts: Iterable<string>) =>
  [...hosts].filter((host) => host.startsWith(`${name}.`));

describe('an attempt to get a word out', () => {
  it.each(named('blocked'))('is blocked: $name', ({ name, realms }) => {
    const tried = hostsOf(name, outcomes.keys());
    // Each kind of worker counts: the one that predicts and the one that trains.
    expect(tried).toHaveLength(realms.length + (realms.includes('worker') ? 1 : 0));
    expect(hostsOf(name, reached)).toEqual([]);
  });

  it.each(named('name'))('is blocked, all but the name of the host: $name', async ({ name, code }) => {
    expect(hostsOf(name, reached)).toHaveLength(1);
    // Over http a connection made ahead shows nothing; only a request would be on record.
    await fetch(recorder.url, { method: 'DELETE' });
    await page.goto(inject('appUrl'));
    await attempt(page, `${name}.http.example.com`, code.replaceAll('https:', 'http:'));
    await new Promise((resolve) => setTimeout(resolve, settling));
    expect(hostsOf(name, await recorded())).toEqual([]);
  });

  // Peers talk over UDP and names are looked up past a proxy: neither is on record, and no policy covers them.
  const unrecorded = ['webrtc', 'dns-prefetch'];
  it.each(named('limit'))(
    'is one of the limits, and the privacy page names it: $name',
    async ({ name, saidAs }) => {
      expect(outcomes.get(hostsOf(name, outcomes.keys())[0])).toBe('done');
      if (!unrecorded.includes(name)) expect(hostsOf(name, reached)).toHaveLength(1);
      await page.goto(`${inject('appUrl')}#privacy`);
      const limits = page.locator('section', { hasText: 'What this cannot protect against' });
      await limits.waitFor();
      expect(await limits.innerText()).toContain(saidAs);
    },
  );

  it('is refused for the right reason: by policy, by Trusted Types, or by the browser', () => {
    const reason = (name: string, realm: string) => outcomes.get(`${name}.${realm}.example.com`);
    for (const realm of ['document', 'model', 'learning']) {
      expect(reason('foreign-worker', realm)).toContain('no script of this page');
      expect(reason('blob-worker', realm)).toContain('no script of this page');
      expect(reason('import', realm)).toContain('Failed to fetch');
    }
    for (const realm of ['document', 'model', 'learning', 'serviceworker']) {
      expect(reason('fetch', realm)).toContain('Failed to fetch');
    }
    expect(reason('inner-html', 'document')).toContain('TrustedHTML');
    expect(reason('inline-script', 'document')).toContain('TrustedScript');
  });
});
