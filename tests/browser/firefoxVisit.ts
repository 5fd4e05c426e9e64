import type { Browser, ElementHandle, Page } from 'puppeteer-core';

/** Milliseconds: the runtime is slow to start on two busy cores. */
export const patience = 240_000;

/** A tab of Firefox, found and used by the names that a person sees. */
export class FirefoxVisit {
  /** What nobody caught in the page. */
  readonly errors: string[] = [];

  private constructor(readonly page: Page) {
    page.setDefaultTimeout(patience / 2);
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('dialog', (dialog) => void dialog.accept());
  }

  static async open(browser: Browser, address: string): Promise<FirefoxVisit> {
    const visit = new FirefoxVisit(await browser.newPage());
    await visit.page.goto(address);
    return visit;
  }

  /** Goes to another part of the page by its address. */
  async part(hash: string): Promise<void> {
    await this.page.evaluate((next) => (location.hash = next), hash);
  }

  /** Waits until the answer on screen is this device's. */
  async computedHere(): Promise<void> {
    await this.see('Computed here', '#answer');
  }

  /** Waits until the text is there, whatever elements and spaces it goes through. */
  async see(text: string, within = 'body'): Promise<void> {
    await this.page.waitForFunction(
      (wanted, selector) =>
        [...document.querySelectorAll(selector)].some((element) =>
          (element.textContent ?? '').replace(/\s+/g, ' ').includes(wanted),
        ),
      {},
      text,
      within,
    );
  }

  async click(selector: string): Promise<void> {
    const element = await this.page.waitForSelector(selector);
    await element?.click();
  }

  button(name: string): Promise<void> {
    return this.click(`aria/${name}[role="button"]`);
  }

  /** Puts text in place of what a field holds. */
  async fill(label: string, role: 'spinbutton' | 'textbox' | 'combobox', value: string): Promise<void> {
    const field = await this.page.waitForSelector(`aria/${label}[role="${role}"]`);
    await field?.click({ count: 3 });
    await this.page.keyboard.type(value);
  }

  /** Gives a file to a field that a button stands for. */
  async give(label: string, path: string): Promise<void> {
    const field: ElementHandle<HTMLInputElement> | null = await this.page.waitForSelector(
      `input[aria-label="${label}"]`,
    );
    await field?.uploadFile(path);
  }

  /** What a button saves as a file. */
  async saved(press: () => Promise<void>): Promise<Buffer> {
    await this.page.evaluate(() => {
      const create = URL.createObjectURL.bind(URL);
      URL.createObjectURL = (blob: Blob) => {
        Object.assign(globalThis, { savedBlob: blob });
        return create(blob);
      };
    });
    await press();
    await this.page.waitForFunction(() => 'savedBlob' in globalThis);
    const base64 = await this.page.evaluate(async () => {
      const blob = Reflect.get(globalThis, 'savedBlob') as Blob;
      Reflect.deleteProperty(globalThis, 'savedBlob');
      return new Promise<string>((resolve) => {
        const reader = new FileReader();
        reader.onload = () => resolve((reader.result as string).replace(/^.*,/s, ''));
        reader.readAsDataURL(blob);
      });
    });
    return Buffer.from(base64, 'base64');
  }
}
