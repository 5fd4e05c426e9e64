import { afterEach, describe, expect, it, vi } from 'vitest';
import { sealTestAddress, testSeal } from '../../src/shell/sealTest.ts';

const realm = new EventTarget();

/** A realm whose `fetch` does this; Node has no events of policies of its own. */
function inRealm(fetching: () => Promise<Response>): void {
  vi.stubGlobal('addEventListener', realm.addEventListener.bind(realm));
  vi.stubGlobal('fetch', vi.fn(fetching));
}

function refuse(details: object): Promise<never> {
  const event = Object.assign(new Event('securitypolicyviolation'), {
    effectiveDirective: 'connect-src',
    blockedURI: sealTestAddress(),
    disposition: 'enforce',
    ...details,
  });
  realm.dispatchEvent(event);
  return Promise.reject(new TypeError('Failed to fetch'));
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** The verdict, with the time that the test waits for an event passed at once. */
async function verdict(): Promise<boolean> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const sealed = testSeal();
  await vi.advanceTimersByTimeAsync(2000);
  return sealed;
}

describe('a realm', () => {
  it('is sealed where its policy refused the very request', async () => {
    inRealm(() => refuse({}));
    expect(await verdict()).toBe(true);
  });

  it('is not sealed where the request went through', async () => {
    inRealm(() => Promise.resolve(new Response()));
    expect(await verdict()).toBe(false);
  });

  it.each([
    ['a policy only reports', { disposition: 'report' }],
    ['another directive refused', { effectiveDirective: 'img-src' }],
    ['another address was refused', { blockedURI: 'https://example.com/' }],
  ])('is not sealed where %s', async (_, details) => {
    inRealm(() => refuse(details));
    expect(await verdict()).toBe(false);
  });

  it('is not sealed where only the network is down', async () => {
    inRealm(() => Promise.reject(new TypeError('Failed to fetch')));
    expect(await verdict()).toBe(false);
  });
});
