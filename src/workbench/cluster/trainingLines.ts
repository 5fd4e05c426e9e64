import { joinText, onward1, textify, type CareerHistory, type TemplateOptions } from '../../career/index.ts';

/**
 * What one line of a training file is: `text`, a whole career, whose every token is learned, as LABOR-LLM does;
 * `prompt-completion`, one step of a career, of which only the title is.
 */
export type LineForm = 'text' | 'prompt-completion';

/**
 * Careers as JSON Lines with the template applied, in the two forms that TRL's SFTTrainer takes: `{"text"}` one a
 * person, or `{"prompt","completion"}` one an observation. A prompt ends with the colon of its line, a completion is
 * ` {title}\n`; both together are the beginning of the career's text. Each line ends in a newline.
 */
export function* trainingLines(
  people: Iterable<CareerHistory>,
  form: LineForm,
  template: TemplateOptions = {},
): Generator<string> {
  for (const person of people) {
    if (person.observations.length === 0) continue;
    const document = textify(person, template);
    if (form === 'text') {
      yield jsonLine({ text: joinText(document) });
      continue;
    }
    for (const i of document.titlePieces) {
      const prompt = document.pieces.slice(0, i);
      const title = document.pieces[i].text;
      yield jsonLine({
        prompt: prompt.map(({ text }) => text).join(''),
        completion: `${title}${onward1.titleEnd}`,
      });
    }
  }
}

function jsonLine(value: Readonly<Record<string, string>>): string {
  return `${JSON.stringify(value)}\n`;
}
