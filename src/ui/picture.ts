/** Pixels per unit: pictures are twice as fine as the page, for sharp print. */
const scale = 2;

export interface PictureText {
  font?: 'sans' | 'serif';
  /** Units. */
  size?: number;
  isBold?: boolean;
  ink?: string;
  align?: CanvasTextAlign;
  /** Units; longer text is squeezed. */
  width?: number;
}

/** A picture to be saved, in the page's own colours and type, so that it follows the theme. */
export class Picture {
  readonly #canvas: OffscreenCanvas;
  readonly #context: OffscreenCanvasRenderingContext2D;
  readonly #style = getComputedStyle(document.documentElement);
  readonly #colours = new Map<string, string>();

  /** Size in units. Throws where the browser gives no canvas. */
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.#canvas = new OffscreenCanvas(width * scale, height * scale);
    const context = this.#canvas.getContext('2d');
    if (!context) throw new Error('This browser gives no canvas to draw on');
    this.#context = context;
    context.scale(scale, scale);
    context.textBaseline = 'alphabetic';
    this.box('surface', 0, 0, width, height);
  }

  /** Filled with a colour of the page, by the name of its token. */
  box(colour: string, x: number, y: number, width: number, height: number): void {
    this.#context.fillStyle = this.#colour(colour);
    this.#context.fillRect(x, y, width, height);
  }

  text(words: string, x: number, y: number, options: PictureText = {}): void {
    const { font = 'sans', size = 15, isBold = false, ink = 'ink', align = 'left', width } = options;
    const context = this.#context;
    context.font = `${isBold ? '600 ' : ''}${size}px ${this.#style.getPropertyValue(`--${font}`)}`;
    context.fillStyle = this.#colour(ink);
    context.textAlign = align;
    context.fillText(words, x, y, width);
  }

  png(): Promise<Blob> {
    return this.#canvas.convertToBlob({ type: 'image/png' });
  }

  /** `light-dark()` is resolved on an element only. */
  #colour(name: string): string {
    const known = this.#colours.get(name);
    if (known !== undefined) return known;
    const probe = document.createElement('span');
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    this.#colours.set(name, color);
    return color;
  }
}
