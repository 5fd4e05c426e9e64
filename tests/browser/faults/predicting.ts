import type { Page } from 'playwright';

/** The part of the page that predicts, as a person sees it. */
export class Predicting {
  constructor(readonly page: Page) {}

  readonly answer = this.page.locator('#answer');
}
