import { mount } from 'svelte';
import { Downloads, usualHub } from './hub/index.ts';
import ModelsPage from './ui/models/ModelsPage.svelte';
import './ui/styles/tokens.css';
import './ui/styles/base.css';
import './ui/styles/tables.css';
import { InstalledModels, WeightsDatabase } from './weights/index.ts';

const target = document.getElementById('app');
if (!target) throw new Error('models.html has no #app');

/** Which hub the server lets this page ask; stored models and models from disk need none. */
async function hubOrigin(): Promise<string> {
  try {
    const told = (await (await fetch(new URL('hub.json', location.href))).json()) as { origin?: unknown };
    return typeof told.origin === 'string' ? told.origin : usualHub;
  } catch {
    return usualHub;
  }
}

const database = new WeightsDatabase();
const downloads = new Downloads(database, { hub: await hubOrigin() });
mount(ModelsPage, { target, props: { downloads, installed: new InstalledModels(database), database } });
