import { MediaQuery } from 'svelte/reactivity';

/**
 * Light or dark: the system's choice until the person chooses. The choice lasts as long as the page, because
 * nothing is stored that nobody asked to store.
 */
export class Theme {
  readonly #systemDark = new MediaQuery('(prefers-color-scheme: dark)');
  #chosen = $state<'light' | 'dark' | null>(null);

  get chosen(): 'light' | 'dark' | null {
    return this.#chosen;
  }

  get isDark(): boolean {
    return this.#chosen === null ? this.#systemDark.current : this.#chosen === 'dark';
  }

  toggle(): void {
    this.#chosen = this.isDark ? 'light' : 'dark';
  }
}
