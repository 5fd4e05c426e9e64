import { Picture } from '../picture.ts';
import { rankOccupations } from './answer.ts';
import type { AnswerRecord } from './answerRecord.ts';
import { outlook } from './outlook.ts';
import { percent } from './words.ts';

const width = 960;
const height = 860;
const margin = 48;
const inner = width - 2 * margin;

/** The answer as a PNG: outlook, ten bars, and what the figures are. */
export async function answerImage({ answer, model }: AnswerRecord): Promise<Blob> {
  const picture = new Picture(width, height);
  const title = `What could come next in ${answer.year}`;
  picture.text(title, margin, 78, { font: 'serif', size: 34, isBold: true, width: inner });

  let x = margin;
  const parts = outlook(answer);
  parts.forEach(({ kind, probability }) => {
    picture.box(kind, x, 104, Math.max(0, probability * inner - 2), 20);
    x += probability * inner;
  });
  parts.forEach(({ kind, label, probability }, index) => {
    const left = margin + (index * inner) / parts.length;
    picture.box(kind, left, 140, 5, 40);
    picture.text(percent(probability), left + 14, 157, { font: 'serif', size: 20, isBold: true });
    picture.text(label, left + 14, 178, { ink: 'ink-soft' });
  });

  const top = rankOccupations(answer.list, answer.probabilities).slice(0, 10);
  const largest = Math.max(0.01, top[0]?.probability ?? 0);
  top.forEach(({ title, probability }, index) => {
    const y = 232 + index * 56;
    picture.text(title, margin, y, { size: 18, width: inner - 90 });
    picture.text(percent(probability), width - margin, y, { size: 18, isBold: true, align: 'right' });
    picture.box('accent', margin, y + 10, Math.max(1, (probability / largest) * inner), 10);
  });
  const note = 'Shares among people with a record like this one; nobody’s fate.';
  picture.text(note, margin, height - 48, { ink: 'ink-soft' });
  picture.text(model, margin, height - 26, { ink: 'ink-soft', width: inner });
  return picture.png();
}
