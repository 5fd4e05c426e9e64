import { mount } from 'svelte';
import { watchTraffic } from './shell/index.ts';
import type { StoredQueries } from './storage/index.ts';
import { App, Installation, Learning, Onward } from './ui/index.ts';
import './ui/styles/index.css';
import { connect, connectLearning } from './worker/index.ts';

watchTraffic();
const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

/** The database code comes after the first paint. */
async function openStored(): Promise<StoredQueries> {
  const { StoredQueries } = await import('./storage/index.ts');
  return new StoredQueries();
}

const installation = new Installation();
// A first visit on a host without our headers, or the change to a new build, may take seconds: not before an empty page.
const slow = setTimeout(() => {
  target.textContent = 'Storing this page on your device, so that it works without network …';
}, 1_000);
try {
  await installation.settle().finally(() => clearTimeout(slow));
  target.textContent = '';
  const onward = new Onward(connect(), openStored);
  const learning = new Learning(connectLearning());
  mount(App, { target, props: { onward, learning, installation } });
} catch (error) {
  target.textContent = `This address sends no safety headers, and this browser could not store the page to give it some (${String(error)}). Nothing was started. Free some space, check the connection, and load the page again.`;
}
