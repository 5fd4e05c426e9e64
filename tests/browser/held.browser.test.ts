import { afterEach, describe, expect, it } from 'vitest';
import type { HeldModel } from '../../src/weights/index.ts';
import { HeldAnnouncer } from '../../src/ui/state/held/heldAnnouncer.ts';
import { heldChannelName } from '../../src/ui/state/held/heldChannel.ts';
import { listenForHeld } from '../../src/ui/state/held/heldListener.ts';
import { sharedModel } from '../../src/ui/state/held/sharedModel.ts';
import { tinyHeld } from '../fixtures/tinyHeld.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function announcer(): HeldAnnouncer {
  const made = new HeldAnnouncer();
  closing.push(() => made.close());
  return made;
}

function listening(): (readonly HeldModel[])[] {
  const heard: (readonly HeldModel[])[] = [];
  closing.push(listenForHeld((models) => heard.push(models)));
  return heard;
}

const idsOf = (models: readonly HeldModel[] | undefined) => models?.map((model) => model.row.id);

describe('what a Models page holds', () => {
  it('is heard by a page that was open before, with its bytes', async () => {
    const heard = listening();
    announcer().announce([tinyHeld('one')]);
    await expect.poll(() => heard.length).toBe(1);
    expect(idsOf(heard[0])).toEqual(['one']);
    expect(await heard[0][0].files.get('config.json')?.text()).toBe('abc');
  });

  it('is the same where all tabs reach it', async () => {
    const [one, two] = await Promise.all([tinyHeld('one', 'abc'), tinyHeld('two', 'def')].map(sharedModel));
    expect([one.row, two.row]).toEqual([tinyHeld('one').row, tinyHeld('two').row]);
    expect(await one.files.get('config.json')?.text()).toBe('abc');
    expect(await two.files.get('config.json')?.text()).toBe('def');
  });

  it('is heard by a page that opens later, once, and so is that it is gone', async () => {
    const page = announcer();
    page.announce([tinyHeld('one'), tinyHeld('two')]);
    const heard = listening();
    await expect.poll(() => heard.length, { timeout: 5_000 }).toBe(1);
    expect(idsOf(heard[0])).toEqual(['one', 'two']);
    // Said again every two seconds, which is no news.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(heard).toHaveLength(1);
    page.announce([tinyHeld('two')]);
    page.announce([]);
    await expect.poll(() => heard.map(idsOf)).toEqual([['one', 'two'], ['two'], []]);
  });

  it('is one model where two tabs hold it, until the last of them lets it go', async () => {
    const heard = listening();
    const [first, second] = [announcer(), announcer()];
    first.announce([tinyHeld('one')]);
    second.announce([tinyHeld('one'), tinyHeld('two')]);
    await expect.poll(() => idsOf(heard.at(-1))).toEqual(['one', 'two']);
    first.announce([]);
    await expect.poll(() => heard.length).toBe(3);
    expect(idsOf(heard.at(-1))).toEqual(['one', 'two']);
    second.announce([]);
    await expect.poll(() => idsOf(heard.at(-1))).toEqual([]);
  });

  it('is told from what strangers say on the channel', async () => {
    const heard = listening();
    const stranger = new BroadcastChannel(heldChannelName);
    closing.push(() => stranger.close());
    stranger.postMessage({ tab: 'a tab', models: 'all' });
    announcer().announce([tinyHeld('one')]);
    await expect.poll(() => heard.length).toBe(1);
    expect(idsOf(heard[0])).toEqual(['one']);
  });
});
