import type { Page } from 'playwright';
import { kindName } from '../../../src/ui/learn/words.ts';

/** The part of the page that trains, as a person sees and uses it. */
export class LearnPage {
  constructor(private readonly page: Page) {}

  get #run() {
    return this.page.locator('section.run');
  }

  /** Invents the panel that all runs here learn from; the same people every time. */
  async invent(people = 60): Promise<void> {
    await this.page.getByRole('button', { name: 'How many people?' }).click();
    await this.page.getByLabel('People', { exact: true }).fill(String(people));
    await this.page.getByLabel('Occupations', { exact: true }).fill('6');
    await this.page.getByRole('button', { name: 'Invent these' }).click();
    await this.page.getByRole('heading', { name: `In use: ${people} invented people` }).waitFor();
  }

  /** Begins a run of these settings; does not wait for anything. */
  async begin(kind: string, name: string, epochs: number): Promise<void> {
    await this.page.getByRole('radio', { name: new RegExp(`^${kindName(kind)}`) }).check();
    const form = this.page.locator('#learn-train form').first();
    const settings = form.locator('details', { hasText: 'Settings: ' });
    await settings.evaluate((details) => details.setAttribute('open', ''));
    await form.getByLabel('Epochs at most').fill(String(epochs));
    // Only its last epoch ends a run here.
    await form.getByLabel('Epochs without progress').fill('500');
    await form.getByLabel('Name', { exact: true }).fill(name);
    await form.getByRole('button', { name: 'Start training' }).click();
    await this.page.getByRole('heading', { name, exact: true }).waitFor();
  }

  /** Puts a run on screen. */
  async choose(name: string): Promise<void> {
    const table = this.page.getByRole('group', { name: 'Runs on this device' });
    await table.getByRole('button', { name, exact: true }).click();
  }

  /** Waits until the run on screen is in that phase. */
  async phase(words: string): Promise<void> {
    await this.#run.locator('.badge', { hasText: words }).waitFor();
  }

  async click(name: string): Promise<void> {
    await this.#run.getByRole('button', { name, exact: true }).click();
  }

  /** Perplexity on training and tuning people after each epoch, as the page says it. */
  async epochs(): Promise<string[]> {
    const table = this.#run.getByRole('group', { name: 'Perplexity by epoch' }).locator('tbody tr');
    if (!(await table.first().isVisible())) await this.#run.getByText('The same as a table').click();
    const rows = await table.allInnerTexts();
    return rows.map((row) => row.split('\t').slice(0, 3).join(' ')).filter((row) => /^\d+ /.test(row));
  }

  /** Waits for the end of the run on screen; what its epochs were. */
  async finished(): Promise<string[]> {
    await this.phase('finished');
    return this.epochs();
  }

  text(): Promise<string> {
    return this.page.locator('#learn-train').innerText();
  }
}
