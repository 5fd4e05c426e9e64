import { mount } from 'svelte';
import type { StoredQueries } from './storage/index.ts';
import { App, Learning, Onward } from './ui/index.ts';
import './ui/styles/index.css';
import { connect, connectLearning } from './worker/index.ts';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

/** The database code comes after the first paint. */
async function openStored(): Promise<StoredQueries> {
  const { StoredQueries } = await import('./storage/index.ts');
  return new StoredQueries();
}

const onward = new Onward(connect(), openStored);
const learning = new Learning(connectLearning());
mount(App, { target, props: { onward, learning } });
