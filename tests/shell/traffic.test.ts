import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sealTestAddress } from '../../src/shell/sealTest.ts';
import { traffic, watchTraffic } from '../../src/shell/traffic.ts';

const realm = new EventTarget();
let observe: (entries: readonly object[]) => void = () => undefined;
let observers = 0;

class Observer {
  constructor(callback: (list: { getEntries: () => readonly object[] }) => void) {
    observers++;
    observe = (entries) => callback({ getEntries: () => entries });
  }
  observe(): void {
    // What the page asked for before it was watched comes by `buffered`, as the rest does.
  }
}

const violated = (directive: string, blockedURI: string) =>
  realm.dispatchEvent(
    Object.assign(new Event('securitypolicyviolation'), { effectiveDirective: directive, blockedURI }),
  );

beforeAll(() => {
  vi.stubGlobal('addEventListener', realm.addEventListener.bind(realm));
  vi.stubGlobal('PerformanceObserver', Observer);
  watchTraffic();
  watchTraffic();
});
afterAll(() => {
  vi.unstubAllGlobals();
});

describe('the count of requests', () => {
  it('is by origin, most first, and tells what the service worker answered', () => {
    observe([
      { name: 'https://here.example/a', workerStart: 12 },
      { name: 'https://there.example/b', workerStart: 0 },
      { name: 'https://there.example/c?d=e', workerStart: 0 },
      { name: 'https://there.example/f', workerStart: 3 },
      { name: 'data:text/plain,hello', workerStart: 0 },
      { name: 'blob:https://here.example/123', workerStart: 0 },
    ]);
    observe([{ name: 'https://here.example/g', workerStart: 0 }]);
    expect(traffic().origins).toEqual([
      { origin: 'https://there.example', requests: 3, answeredHere: 1 },
      { origin: 'https://here.example', requests: 2, answeredHere: 1 },
    ]);
  });

  it('adds up what a policy refused, but for our own test of the seal', () => {
    violated('connect-src', 'https://there.example/x');
    violated('connect-src', 'https://there.example/x');
    violated('img-src', 'https://there.example/x');
    violated('connect-src', sealTestAddress());
    expect(traffic().violations).toEqual([
      { directive: 'connect-src', blocked: 'https://there.example/x', times: 2 },
      { directive: 'img-src', blocked: 'https://there.example/x', times: 1 },
    ]);
  });

  it('begins once, however often it is asked to', () => {
    expect(observers).toBe(1);
  });
});
