import { Picture } from '../../picture.ts';
import type { ProofOf } from '../../state/learn/proof.svelte.ts';
import { count } from '../words.ts';
import { withError } from './metricWords.ts';

const width = 960;
const margin = 48;
const inner = width - 2 * margin;
const rowHeight = 62;

/** The perplexities of a report with their 95 % intervals as a PNG, and on whom they were measured. */
export async function reportImage({ report, panel }: ProofOf): Promise<Blob> {
  const rows = report.models.map(({ name, metrics, standardErrors }) => {
    const value = metrics.perplexity ?? NaN;
    const half = 1.96 * (standardErrors.perplexity ?? 0);
    const words = withError('perplexity', metrics.perplexity, standardErrors.perplexity);
    return { name, words, value, low: Math.max(1, value - half), high: value + half };
  });
  const ends = rows.flatMap(({ low, high }) => [low, high]).filter(Number.isFinite);
  const [lowest, highest] = [Math.log(Math.min(...ends)), Math.log(Math.max(...ends))];
  const placeOf = (perplexity: number): number =>
    margin + ((Math.log(perplexity) - lowest) / Math.max(1e-6, highest - lowest)) * inner;

  const picture = new Picture(width, 130 + rows.length * rowHeight + 70);
  picture.text(`How well they predict ${panel.name}`, margin, 70, {
    font: 'serif',
    size: 30,
    isBold: true,
    width: inner,
  });
  picture.text('Perplexity with its 95 % interval, lower is better (logarithmic)', margin, 98, {
    ink: 'ink-soft',
  });
  rows.forEach(({ name, words, value, low, high }, index) => {
    const y = 140 + index * rowHeight;
    picture.text(name, margin, y, { size: 18, width: inner - 160 });
    picture.text(words, width - margin, y, { size: 18, isBold: true, align: 'right' });
    if (!Number.isFinite(value)) return;
    picture.box('accent-soft', margin, y + 15, inner, 6);
    picture.box('accent', placeOf(low), y + 15, Math.max(2, placeOf(high) - placeOf(low)), 6);
    picture.box('ink', placeOf(value) - 2, y + 9, 4, 18);
  });
  const { people, observations } = report.counts;
  const about = `${count(people)} held-out people, ${count(observations)} observations; ${report.bootstrapDraws} bootstrap draws of people.`;
  picture.text(about, margin, picture.height - 30, { ink: 'ink-soft', width: inner });
  return picture.png();
}
