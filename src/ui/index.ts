/**
 * ui: the page. Svelte 5 components and the state classes behind them (`state/`).
 *
 * Owns everything that a person sees, and all DOM. Promises: no probability on screen that the model or the shipped
 * tables did not give for the career beside it, or it is marked as older; nothing is stored unless asked; the page
 * stays usable by keyboard and screen reader. It talks to the models through the workers' connections only.
 */
export { default as App } from './App.svelte';
export { Learning } from './state/learn/learning.svelte.ts';
export { Installation } from './state/privacy/installation.svelte.ts';
export { Onward } from './state/onward.svelte.ts';
