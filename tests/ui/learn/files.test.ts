import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { adapterFilesOf, adapterZip } from '../../../src/ui/learn/carry/adapterZip.ts';
import { isCareerFileSet, nameOfFiles } from '../../../src/ui/learn/people/panelFiles.ts';
import { bestPerplexity, durationInWords, perplexityInWords } from '../../../src/ui/learn/words.ts';

const files = [
  { name: 'adapter.json', content: Uint8Array.of(1, 2, 3) },
  { name: 'adapter.safetensors', content: new Uint8Array(1000).fill(7) },
];

describe('the files of a model', () => {
  it('come out of their archive as they went in, the same bytes each time', async () => {
    const archive = adapterZip(files);
    expect(adapterZip(files)).toEqual(archive);
    expect(await adapterFilesOf([new File([archive], 'My model.zip')])).toEqual(files);
  });

  it('may be chosen as they are, and lie in a folder of the archive', async () => {
    expect(await adapterFilesOf(files.map(({ name, content }) => new File([content], name)))).toEqual(files);
    const nested = zipSync({ 'model/adapter.json': files[0]?.content ?? new Uint8Array() });
    const [only] = await adapterFilesOf([new File([new Uint8Array(nested)], 'x.zip')]);
    expect(only).toEqual(files[0]);
  });

  it('are refused, with the name, where the archive is damaged', async () => {
    const damaged = adapterZip(files).slice(0, 400);
    await expect(adapterFilesOf([new File([damaged], 'cut.zip')])).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('cut.zip') as string,
    });
  });
});

describe('the files of a panel', () => {
  it('are CAREER’s where one is named so, and else a table', () => {
    expect(isCareerFileSet([{ name: 'train.job' }, { name: 'train.year' }])).toBe(true);
    expect(isCareerFileSet([{ name: 'job.csv' }])).toBe(false);
    expect(nameOfFiles([{ name: 'my_survey.csv.gz' }])).toBe('my survey');
  });
});

describe('words', () => {
  it('say numbers as a reader needs them', () => {
    expect([8.414, 132.4, 15_727_714, null].map(perplexityInWords)).toEqual([
      '8.41',
      '132',
      'over 1,000,000',
      '–',
    ]);
    expect([8.4, 200, 3900].map(durationInWords)).toEqual(['8 s', '3 min 20 s', '1 h 5 min']);
    const figures = { epoch: 0, trainingPerplexity: 1, tuningPerplexity: 9 };
    expect(bestPerplexity([figures, { ...figures, tuningPerplexity: 8 }])).toBe(8);
    expect(bestPerplexity([])).toBeNull();
  });
});
