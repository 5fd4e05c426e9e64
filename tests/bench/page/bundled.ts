import { textifyPrompt, type CareerHistory } from '../../../src/career/index.ts';
import { loadTokenizer, titleTrie } from '../../../src/lm/index.ts';
import { occ1990dd } from '../../../src/occupation/index.ts';
import { readModel } from '../../../src/onnx/index.ts';

async function json(path: string): Promise<unknown> {
  return (await fetch(`/models/${path}`)).json();
}

/** The bundled model, as it ships, and what every measurement asks it: the default titles after careers of some length. */
export async function bundled() {
  const { folder, variants } = (await json('manifest.json')) as {
    folder: string;
    variants: { file: string; needsF16: boolean }[];
  };
  const file = variants.find(({ needsF16 }) => !needsF16)?.file ?? '';
  const response = await fetch(`/models/${folder}/${file}`);
  if (!response.ok) throw new Error(`There is no ${folder}/${file}: build the model first.`);
  const model = readModel(new Uint8Array(await response.arrayBuffer()));
  const tokenizer = loadTokenizer(
    await json(`${folder}/tokenizer.json`),
    await json(`${folder}/tokenizer_config.json`),
  );
  const settings = (await json(`${folder}/config.json`)) as { intermediate_size: number };
  const titles = occ1990dd.occupations.map(
    ({ title }) =>
      tokenizer.encode([
        { text: ` ${title}`, verbatim: true },
        { text: '\n', verbatim: false },
      ]).tokens,
  );
  return {
    folder,
    file,
    model,
    intermediateSize: settings.intermediate_size,
    titles,
    trie: titleTrie(titles),
    /** Tokens of a career of so many records whose newest is occupation `last` of the list. */
    promptOf: (records: number, last: number): number[] => {
      const next = { year: 2000 + records, education: 'high school diploma or GED' };
      return tokenizer.encode(textifyPrompt(career(records, last), next).pieces).tokens;
    },
  };
}

/** A person who changes between a few occupations; `last` is the newest. */
function career(records: number, last: number): CareerHistory {
  const { occupations } = occ1990dd;
  const observations = Array.from({ length: records }, (_, index) => {
    const { code, title } =
      occupations[index === records - 1 ? last : (Math.floor(index / 3) * 37 + 5) % 333];
    return { year: 2000 + index, education: 'high school diploma or GED', occupationCode: code, title };
  });
  return { personId: '1', population: 'NLSY97 dataset', sex: 'female', birthYear: 1982, observations };
}
