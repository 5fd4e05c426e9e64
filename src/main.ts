import { mount } from 'svelte';
import { StoredQueries } from './storage/index.ts';
import { App, Onward } from './ui/index.ts';
import './ui/styles/index.css';
import { connect } from './worker/index.ts';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
mount(App, { target, props: { onward: new Onward(connect(), new StoredQueries()) } });
