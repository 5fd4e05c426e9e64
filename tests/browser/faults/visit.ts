import type { Browser, BrowserContext, Page } from 'playwright';
import type { FaultOrder, WorkerFault, WorkerWord } from './workerFaults.ts';

/** Two busy cores need minutes for what takes seconds on idle ones. */
export const patience = 180_000;

type WorkerName = FaultOrder['worker'];

/** What the kit keeps in the page. */
interface PageKit {
  faultKit: { workers: { name: string; worker: Worker }[]; ahead: number; standing: FaultOrder | null };
}

/** Runs in the page before its own scripts: keeps the workers, so that they can be ended from outside, and its clock. */
function keepWorkers(): void {
  const kit: PageKit['faultKit'] = { workers: [], ahead: 0, standing: null };
  (globalThis as unknown as PageKit).faultKit = kit;
  const Original = globalThis.Worker;
  globalThis.Worker = class extends Original {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      kit.workers.push({ name: options?.name ?? '', worker: this });
    }
  };
  const channel = new BroadcastChannel('faults');
  channel.onmessage = ({ data }: MessageEvent<WorkerWord | FaultOrder>) => {
    if ('says' in data && data.says === 'begun' && data.name === kit.standing?.worker)
      channel.postMessage(kit.standing);
  };
  const now = Date.now;
  Date.now = () => now() + kit.ahead;
}

/** One browser profile: its tabs share their storage, and nobody else's. */
export async function profile(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ acceptDownloads: true, reducedMotion: 'reduce' });
  // Shorter than a test, so that what was waited for is told.
  context.setDefaultTimeout(patience / 2);
  await context.addInitScript(keepWorkers);
  return context;
}

/** A tab of the app that faults can be done to. */
export class Visit {
  private constructor(readonly page: Page) {}

  /** Opens the app in a new tab. */
  static async open(context: BrowserContext, url: string): Promise<Visit> {
    const page = await context.newPage();
    page.on('dialog', (dialog) => void dialog.accept());
    await page.goto(url);
    return new Visit(page);
  }

  /** Puts a fault in place in the newest worker of that name, and waits until it is. */
  async order(worker: WorkerName, fault: WorkerFault): Promise<void> {
    await this.page.evaluate(
      (order) =>
        new Promise<void>((resolve) => {
          const channel = new BroadcastChannel('faults');
          // A worker that has just begun does not listen yet.
          const timer = setInterval(() => channel.postMessage(order), 100);
          channel.onmessage = ({ data }: MessageEvent<WorkerWord | FaultOrder>) => {
            if (!('says' in data) || data.says !== 'in place') return;
            clearInterval(timer);
            channel.close();
            resolve();
          };
          channel.postMessage(order);
        }),
      { worker, fault } satisfies FaultOrder,
    );
  }

  /** From now on every new worker of that name begins with this fault; null: none does. */
  async stand(worker: WorkerName, fault: WorkerFault | null): Promise<void> {
    await this.page.evaluate(
      (order) => {
        (globalThis as unknown as PageKit).faultKit.standing = order;
      },
      fault && ({ worker, fault } satisfies FaultOrder),
    );
  }

  /** Ends the worker from outside, as a browser does that is short of memory. */
  async kill(worker: WorkerName): Promise<void> {
    // Before its first word the worker holds no lock yet, and only a time limit would tell.
    await this.page.waitForFunction(async () => {
      const { held = [] } = await navigator.locks.query();
      return held.some(({ name }) => name?.startsWith('onward-worker'));
    });
    await this.page.evaluate((name) => {
      const { workers } = (globalThis as unknown as PageKit).faultKit;
      workers.findLast((one) => one.name === name)?.worker.terminate();
    }, worker);
  }

  /** Sets the page's clock; its workers' by `order`. */
  async setClock(ahead: number): Promise<void> {
    await this.page.evaluate((milliseconds) => {
      (globalThis as unknown as PageKit).faultKit.ahead = milliseconds;
    }, ahead);
  }

  /** Deletes everything, as a person does in the part about privacy. */
  async deleteEverything(): Promise<void> {
    await this.page.goto(new URL('#privacy', this.page.url()).href);
    await this.page.getByRole('button', { name: 'Delete everything this site keeps here' }).click();
    await this.page.getByRole('button', { name: 'Delete everything', exact: true }).click();
    await this.page.getByRole('heading', { name: /^(Everything is deleted|Deleted, but)/ }).waitFor();
  }

  close(): Promise<void> {
    return this.page.close();
  }
}
