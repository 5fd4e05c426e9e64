import { createSubscriber } from 'svelte/reactivity';
import { onLanguage, trackReading } from '../wording/index.ts';

/** Renders words again when the language changes. Call once, before the page is mounted. */
export function followLanguage(): void {
  trackReading(createSubscriber((update) => onLanguage(update)));
}
