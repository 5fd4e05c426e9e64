import type { PanelLayout } from './panelLayout.ts';

/**
 * Thrown while a panel is read, when something that its beginning suggested turns out wrong further down. Whoever
 * reads begins again with `instead`.
 */
export class WrongAssumption extends Error {
  constructor(readonly instead: Partial<PanelLayout>) {
    super(`Wrong about the panel's ${Object.keys(instead).join(', ')}`);
  }
}
