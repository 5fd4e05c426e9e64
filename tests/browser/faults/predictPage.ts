import type { Page } from 'playwright';

/** The part of the page that predicts, as a person sees and uses it. */
export class PredictPage {
  constructor(private readonly page: Page) {}

  /** Waits until the answer on screen is this device's. */
  async computedHere(): Promise<void> {
    await this.page.locator('#answer').getByText('Computed here').waitFor();
  }

  /** Asks about another year, as a person does: the question goes to the worker at once. */
  async askAbout(year: number): Promise<void> {
    await this.page.getByLabel('Year', { exact: true }).fill(String(year));
  }

  /** The answer about that year, computed here: occupations and shares, in words. */
  async answerAbout(year: number): Promise<string> {
    await this.page.getByRole('heading', { name: `What could come next in ${year}` }).waitFor();
    await this.computedHere();
    const lines = await this.page.locator('#answer ol').innerText();
    // The table to compare with comes when it likes.
    return lines.replace(/; in the table.*/g, '');
  }

  /** Asks about that year and waits for its answer. */
  async answerTo(year: number): Promise<string> {
    await this.askAbout(year);
    return this.answerAbout(year);
  }

  /** What the note about the model says. */
  status(): Promise<string> {
    return this.page.locator('section.status').innerText();
  }

  alert(text: string | RegExp) {
    return this.page.getByRole('alert').filter({ hasText: text }).first();
  }

  async tryAgain(text: string | RegExp): Promise<void> {
    await this.alert(text).getByRole('button', { name: 'Try again' }).click();
  }

  async save(name: string): Promise<void> {
    await this.page.getByLabel('Name for this career').fill(name);
    await this.page.getByRole('button', { name: 'Save on this device' }).click();
    await this.page.getByText(`Saved “${name}” on this device.`).waitFor();
  }

  async open(name: string): Promise<void> {
    await this.page.getByRole('button', { name: `Open ${name}`, exact: true }).click();
  }
}
