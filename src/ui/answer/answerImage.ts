import { rankOccupations } from './answer.ts';
import type { AnswerRecord } from './answerRecord.ts';
import { outlook } from './outlook.ts';
import { percent } from './words.ts';

/** Pixels of the picture; twice the size of its units, for sharp print. */
const width = 960;
const height = 860;
const scale = 2;
const margin = 48;

/** The picture's colours, taken from the page so that it follows the theme. */
function palette(element: Element): (name: string) => string {
  const probe = document.createElement('span');
  element.append(probe);
  const colours = new Map<string, string>();
  for (const name of ['surface', 'ink', 'ink-soft', 'accent', 'rule', 'stay', 'move', 'leave']) {
    probe.style.color = `var(--${name})`;
    colours.set(name, getComputedStyle(probe).color);
  }
  probe.remove();
  return (name) => colours.get(name) ?? 'black';
}

/** The answer as a PNG: outlook, ten bars, and what the figures are. */
export async function answerImage({ answer, model }: AnswerRecord): Promise<Blob> {
  const canvas = new OffscreenCanvas(width * scale, height * scale);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser gives no canvas to draw on');
  const colour = palette(document.body);
  const style = getComputedStyle(document.documentElement);
  const sans = style.getPropertyValue('--sans');
  const serif = style.getPropertyValue('--serif');
  context.scale(scale, scale);
  context.fillStyle = colour('surface');
  context.fillRect(0, 0, width, height);
  context.textBaseline = 'alphabetic';

  const text = (
    words: string,
    x: number,
    y: number,
    font: string,
    ink = 'ink',
    align: CanvasTextAlign = 'left',
  ): void => {
    context.font = font;
    context.fillStyle = colour(ink);
    context.textAlign = align;
    context.fillText(words, x, y, width - 2 * margin - (align === 'left' ? 90 : 0));
  };
  const inner = width - 2 * margin;
  text(`What could come next in ${answer.year}`, margin, 78, `600 34px ${serif}`);

  let x = margin;
  const parts = outlook(answer);
  parts.forEach(({ kind, probability }) => {
    context.fillStyle = colour(kind);
    context.fillRect(x, 104, Math.max(0, probability * inner - 2), 20);
    x += probability * inner;
  });
  parts.forEach(({ kind, label, probability }, index) => {
    const left = margin + (index * inner) / parts.length;
    context.fillStyle = colour(kind);
    context.fillRect(left, 140, 5, 40);
    text(percent(probability), left + 14, 157, `600 20px ${serif}`);
    text(label, left + 14, 178, `15px ${sans}`, 'ink-soft');
  });

  const top = rankOccupations(answer.list, answer.probabilities).slice(0, 10);
  const largest = Math.max(0.01, top[0]?.probability ?? 0);
  top.forEach(({ title, probability }, index) => {
    const y = 232 + index * 56;
    text(title, margin, y, `18px ${sans}`);
    text(percent(probability), width - margin, y, `600 18px ${sans}`, 'ink', 'right');
    context.fillStyle = colour('accent');
    context.fillRect(margin, y + 10, Math.max(1, (probability / largest) * inner), 10);
  });
  text(
    'Shares among people with a record like this one; nobody’s fate.',
    margin,
    height - 48,
    `15px ${sans}`,
    'ink-soft',
  );
  text(model, margin, height - 26, `15px ${sans}`, 'ink-soft');
  return canvas.convertToBlob({ type: 'image/png' });
}
